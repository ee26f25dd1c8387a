/** The one stylesheet, put together of its parts. Their order counts: what comes later overrules. */

import decisions from './assets/style/decisions.css';
import fingers from './assets/style/fingers.css';
import forms from './assets/style/forms.css';
import frame from './assets/style/frame.css';
import ground from './assets/style/ground.css';
import health from './assets/style/health.css';
import marks from './assets/style/marks.css';
import narrow from './assets/style/narrow.css';
import order from './assets/style/order.css';
import orders from './assets/style/orders.css';
import review from './assets/style/review.css';
import saga from './assets/style/saga.css';
import sheets from './assets/style/sheets.css';
import switches from './assets/style/switches.css';

export const STYLESHEET = [
  ground,
  frame,
  forms,
  marks,
  orders,
  order,
  saga,
  sheets,
  decisions,
  narrow,
  health,
  review,
  switches,
  fingers,
].join('\n');
