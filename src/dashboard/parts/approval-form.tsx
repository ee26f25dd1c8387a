/** Approve or reject: who decides, why, and the two buttons. */

import type { Desk } from '../desk.ts';

interface ApprovalFormProps {
  readonly desk: Desk;
  readonly orderId: string;
  /** The page to go on with. */
  readonly back: 'order' | 'approvals';
}

export const ApprovalForm = ({ desk, orderId, back }: ApprovalFormProps) => (
  <form class="approval" method="post" action={desk.link(`/orders/${orderId}/approval`)} aria-label={`Approval of order ${orderId}`}>
    <input type="hidden" name="back" value={back} />
    <label>
      Decided by
      <input name="by" required maxlength={128} value={desk.session.name} autocomplete="name" />
    </label>
    <label>
      Note <span class="hint">optional</span>
      <input name="note" maxlength={1000} autocomplete="off" />
    </label>
    <div class="buttons">
      <button class="primary" name="decision" value="approve">
        Approve
      </button>
      <button class="danger" name="decision" value="reject">
        Reject
      </button>
    </div>
  </form>
);
