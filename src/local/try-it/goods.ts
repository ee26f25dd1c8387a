/** What can be ordered by the form: a laptop, a mouse, or something so dear that a person has to approve it. */

export interface Goods {
  readonly sku: string;
  readonly name: string;
  readonly unit_price: string;
  readonly hint: string;
}

export const GOODS: readonly Goods[] = [
  { sku: 'LAPTOP-X1', name: 'Laptop', unit_price: '1299.99', hint: '1,299.99' },
  { sku: 'MOUSE-M2', name: 'Mouse', unit_price: '29.99', hint: '29.99' },
  { sku: 'CAR-C1', name: 'Car', unit_price: '20000.00', hint: '20,000.00, waits for approval' },
];
