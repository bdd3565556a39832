import { PLACEMENT } from './decision/requests';
import { ReviewWorld } from './review-world';
import { REGISTRY } from './wire';
import { Answered } from '../../../runtime/engine/execution';
import { Approve, Intent, PageProof } from '../../../runtime/model/request';
import { ReviewSettings } from '../../../runtime/model/review';
import { requestIdOf, vouchedRequestId } from '../../../src/contract/request-id';
import { PRODUCTION_PROFILE, RiskProfile } from '../../../src/core/risk-profile';

const MAY = ['dynamodb:GetItem'];
const END = '2026-11-25T00:00:00Z';
const WHY = 'The tests of the quarter are done';

/** A world whose registry demands an approval for production. */
export class ApprovalWorld extends ReviewWorld {
  private answers = 0;

  constructor(profile: Partial<RiskProfile> = {}, reviews: Partial<ReviewSettings> = {}) {
    const production = { ...PRODUCTION_PROFILE, requiresApproval: true, ...profile };
    super({ approvals: { production: production.twoReviewers ? 2 : 1 }, ...reviews });
    this.stack.registry = { ...REGISTRY, stages: new Map([...REGISTRY.stages, ['production', production]]) };
  }

  /** Deploys to a stage, with what the agent may do in production. Returns the refusal, or `done`. */
  public async to(stage: string, mayInProduction: readonly string[] = MAY, changes: object = {}): Promise<string> {
    await this.stack.deploy(stage, { may: MAY, mayInProduction, end: END, ...changes });
    return this.stack.failure ?? 'done';
  }

  /** Where the agent is, as what may act shows it. */
  public stages(): string[] {
    return [...this.fake.iam.roles.values()].filter(({ roleId }) => this.fake.iam.canAct(roleId)).map(({ path }) => path.split('/')[2]);
  }

  public request(email: string, stage = 'production', reason = WHY): Promise<Answered> {
    return this.vouched(email, { kind: 'request-approval', stage, reason });
  }

  public async approve(email: string, changes: Partial<Approve> = {}, roleId?: string): Promise<Answered> {
    const digest = (await this.state())?.approval?.digest ?? '';
    return this.vouched(email, { kind: 'approve', digest, verdict: 'approve', reason: WHY, ...changes }, roleId);
  }

  /** A request of the page, which says who the person is. */
  public async approveOnPage(email: string, proof: 'sign-in' | 'mail-link'): Promise<Answered> {
    const proven: PageProof = proof === 'sign-in' ? { proof, email, issuer: 'https://login.example.com', subject: 'a' }
      : { proof, email, link: 'b'.repeat(64), purpose: 'review' };
    const digest = (await this.state())?.approval?.digest ?? '';
    return this.run(requestIdOf('page', 'approve', String(++this.answers)), 'page', { kind: 'approve', digest, verdict: 'approve', reason: WHY, proven });
  }

  private vouched(email: string, intent: Intent, roleId = 'AROA000000000900'): Promise<Answered> {
    return this.run(vouchedRequestId(intent.kind, `${roleId}:${email}`, `approval${++this.answers}`), 'operator', intent, email);
  }

  private async run(requestId: string, kind: 'operator' | 'page', intent: Intent, name = 'page'): Promise<Answered> {
    const origin = { kind, arn: `arn:aws:sts::111122223333:assumed-role/reviewer/${name}` };
    return (await this.fake.run({ requestId, registry: 'agents', placement: PLACEMENT, origin, intent }))!.output as unknown as Answered;
  }
}
