import { Course } from './cloudformation';
import { PLACEMENT, WITHOUT_DRIFT } from './decision/requests';
import { World } from './world';
import { ShownAccess } from '../../../runtime/certification';
import { declarationOf } from '../../../runtime/engine/agenda/drift';
import { EngineConfig } from '../../../runtime/engine/engine';
import { Answered } from '../../../runtime/engine/execution';
import { AgendaSettings } from '../../../runtime/model/agenda-settings';
import { revocationReference } from '../../../runtime/model/human-revocation';
import { PlacementState } from '../../../runtime/model/placement-state';
import { ConfirmRevocation, PageProof, Review } from '../../../runtime/model/request';
import { DEFAULT_REVIEWS, ReviewSettings } from '../../../runtime/model/review';
import { RevocationRecord } from '../../../runtime/model/revocation';
import { requestIdOf, vouchedRequestId } from '../../../src/contract/request-id';

export const DAY_MS = 86_400_000;
export const [ADA, LI, EVE] = ['ada@example.com', 'li@example.com', 'eve@example.com'];
const SWEEP = 'arn:aws:states:eu-west-1:111122223333:execution:agents-agenda:sweep';
export const END = '2026-11-25T00:00:00Z';

/** A world in which access is reviewed: two grants, of which IAM reports one as used. */
export class ReviewWorld extends World {
  private requests = 0;

  constructor(review: Partial<ReviewSettings> = {}, agenda: Partial<AgendaSettings> = {}, config: Partial<EngineConfig> = {}) {
    super({ ...config, agenda: { ...WITHOUT_DRIFT, ...agenda, review: { ...DEFAULT_REVIEWS, intervalSeconds: 60 * 86_400, ...review } } });
  }

  /** The end is far enough, and within what the stage allows. */
  public async join(may = ['dynamodb:GetItem', 's3:GetObject'], stage = 'test', changes: Course = {}): Promise<void> {
    await this.stack.deploy(stage, { may, end: END, ...changes });
    this.grant(may);
  }

  /** The registry reviews access in another way from now on, or no longer. Its sweeps find that. */
  public reviewWith(review: Partial<ReviewSettings> | undefined): void {
    const agenda = this.fake.engine.config.agenda as { review?: ReviewSettings };
    agenda.review = review === undefined ? undefined : { ...DEFAULT_REVIEWS, ...review };
  }

  public async deploy(stage: string, may: readonly string[], changes: object = {}): Promise<void> {
    await this.stack.deploy(stage, { may, end: END, ...changes });
    this.grant(may);
  }

  /** What CloudFormation writes as the access policy. */
  public grant(may: readonly string[]): void {
    const role = this.stack.agent === undefined ? undefined : this.fake.iam.byId(this.stack.agent.roleId);
    role?.inline.set('access', JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: may, Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/invoices' }] }));
  }

  /** What reviewers are shown now. */
  public async shown(): Promise<ShownAccess> {
    return JSON.parse(this.fake.shown.get((await this.now()).review!.open!.shown.key)!) as ShownAccess;
  }

  public pass(days: number): void {
    this.fake.now = new Date(this.fake.now.getTime() + days * DAY_MS);
  }

  public async sweep(mayRemove = true): Promise<Answered> {
    const requestId = requestIdOf('schedule', 'attend', String(++this.requests));
    return this.outcome({ requestId, registry: 'agents', placement: PLACEMENT, origin: { kind: 'schedule', arn: SWEEP }, intent: { kind: 'attend', mayRemove } });
  }

  /** Sweeps until nothing is due. */
  public async sweepAll(): Promise<void> {
    for (let times = 0; times < 12; times++) {
      const { due } = await this.now();
      if (due === undefined || Date.parse(due.at) > this.fake.now.getTime()) {
        return;
      }
      await this.sweep();
    }
  }

  /** Opens the first review. */
  public async open(): Promise<void> {
    this.pass(61);
    await this.sweepAll();
  }

  public async decide(
    email: string, changes: Partial<Review> & Pick<Review, 'verdict'>, roleId = 'AROA000000000900', saysTo = email,
  ): Promise<Answered> {
    const { review } = await this.now();
    const intent: Review = {
      kind: 'review', reviewId: review?.open?.id ?? '', shown: review?.open?.shown.sha256 ?? '', shownAt: this.fake.now.toISOString(), reason: 'It is needed for the monthly closing', ...changes,
    };
    return this.outcome({
      requestId: vouchedRequestId('review', `${roleId}:${email}`, String(++this.requests)),
      registry: 'agents',
      placement: PLACEMENT,
      origin: { kind: 'operator', arn: `arn:aws:sts::111122223333:assumed-role/reviewer/${saysTo}` },
      intent,
    });
  }

  /** A person confirms on the page that access is revoked. */
  public async confirm(open: RevocationRecord, proven: PageProof): Promise<Answered> {
    const intent: ConfirmRevocation = { kind: 'confirm-revocation', revoker: open.revoker.id, confirmation: revocationReference(open), reason: 'Deleted the user', proven };
    const requestId = requestIdOf('page', 'confirm-revocation', String(++this.requests));
    return this.outcome({ requestId, registry: 'agents', placement: PLACEMENT, origin: { kind: 'page', arn: 'arn:aws:lambda:::page' }, intent });
  }

  public async now(): Promise<PlacementState> {
    return (await this.state())!;
  }

  /** What the registry demands of the agent's stage from now on. */
  public async setProfile(profile: Partial<PlacementState['declared']['profile']>): Promise<void> {
    const state = await this.now();
    const declared = { ...state.declared, profile: { ...state.declared.profile, ...profile } };
    // The declaration's digest covers the profile, as the next sweep would find.
    const open = { ...state.review!.open!, shown: { ...state.review!.open!.shown, declaration: declarationOf({ ...state, declared }) } };
    await this.fake.engine.ledger.commit(PLACEMENT, state, { declared, review: { ...state.review, open } }, [], { registry: 'agents', actor: 'test', time: this.fake.now });
  }

  public async details(name: string): Promise<Record<string, unknown>[]> {
    return (await this.fake.engine.ledger.events(PLACEMENT)).filter(({ type }) => type.split('.')[2] === name)
      .map(({ data }) => (data.unmapped as { details: Record<string, unknown> }).details);
  }

  private async outcome(request: Parameters<World['fake']['run']>[0]): Promise<Answered> {
    return (await this.fake.run(request))!.output as unknown as Answered;
  }
}
