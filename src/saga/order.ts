/** An order as every saga sees it: parsed, complete, money in minor units. It never changes once it is placed. */

export interface OrderItem {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  /** In minor units of the order's currency. */
  readonly unitPriceMinor: number;
}

export interface ShippingAddress {
  readonly street: string;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  readonly country: string;
}

export interface Order {
  readonly tenant: string;
  readonly orderId: string;
  readonly customerId: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly paymentMethod: string;
  readonly items: readonly OrderItem[];
  readonly shippingAddress: ShippingAddress;
  /** The exact sum of the items, in minor units. */
  readonly totalMinor: number;
}

/** What the configuration said when the order was placed. It stands in the journal: a later change never reaches a running order. */
export interface Settings {
  /** From start to confirmation, before scaling. */
  readonly deadlineMs: number;
  /** Multiplies every duration of the saga, but for a participant's own `Retry-After`. */
  readonly timeScale: number;
  readonly needsApproval: boolean;
  readonly confirmationFailure: 'compensate' | 'complete';
}
