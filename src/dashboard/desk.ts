/** What every page has at hand: whom it may ask, who is asking, and what time it is. */

import type { OrdersPort } from '../order/orders-port.ts';
import type { ReadModelPort } from '../read-model/read-model.ts';
import type { NavigationEntry } from './dashboard-page.ts';
import type { Link } from './link.ts';
import type { Session } from './session.ts';

export interface Desk {
  readonly orders: OrdersPort;
  readonly readModel: ReadModelPort;
  readonly session: Session;
  /** The distinct tenants of the configured client tokens. */
  readonly tenants: readonly string[];
  /** The one that is meant; null where the request names none of several. */
  readonly tenant: string | null;
  /** The pages that every page leads to. */
  readonly navigation: readonly NavigationEntry[];
  /** To a page of the dashboard, of the same tenant. */
  readonly link: Link;
  /** One time for the whole page. */
  readonly now: number;
}

export interface DashboardEnv {
  Variables: {
    readonly desk: Desk;
    /** On pages that are about one tenant's orders. */
    readonly tenant: string;
  };
}
