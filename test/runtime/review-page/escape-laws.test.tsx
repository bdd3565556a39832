import fc from 'fast-check';
import { PageWorld } from './page-world';
import { ShownAccess } from '../../../runtime/certification';
import { decisionForm } from '../../../runtime/review-page/decision';
import { DelegatesCase } from '../../../runtime/review-page/delegates';
import { reviewCase } from '../../../runtime/review-page/review-case';
import { AgentView } from '../../../runtime/review-page/views/agent-view';
import { ConfirmDelegation } from '../../../runtime/review-page/views/confirm-delegation';
import { Confirm } from '../../../runtime/review-page/views/confirm-view';
import { DelegatesView } from '../../../runtime/review-page/views/delegates-view';
import { FleetView } from '../../../runtime/review-page/views/fleet-view';
import { MyReviews } from '../../../runtime/review-page/views/my-reviews';
import { OutcomeView } from '../../../runtime/review-page/views/outcome-view';
import { PolicyView } from '../../../runtime/review-page/views/policy-view';
import { ReviewView } from '../../../runtime/review-page/views/review-view';
import { ADA } from '../engine/review-world';

jest.mock('../../../runtime/aws/cloudformation/response', () => jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').responsesToMailbox());

/** Text that would be a tag, an attribute, an entity or the end of either, with all that people write. */
const hostile = fc.array(fc.oneof(
  fc.constantFrom('<', '>', '"', '\'', '&', '`', '=', '/', '<!--', '-->', '</title>', '</textarea>', '</style>', '<script>', '<img src=x onerror=x>', '&lt;', 'javascript:', '\u202e', '\u0000', '\n', '${', '{{'),
  fc.string({ unit: 'binary', size: 'max', maxLength: 20 }),
), { size: 'max', maxLength: 6 }).map((parts) => parts.join(''));

/** Tags with their attributes' names, without what is in texts and in values of attributes. */
const shapeOf = (html: string): string => html.replace(/"[^"]*"/g, '""').replace(/>[^<]+</g, '><');

let world: PageWorld;

beforeAll(async () => {
  world = new PageWorld();
  await world.join();
  await world.open();
});

test('no text from outside changes the structure of a page, and none that hides or reverses text gets on it', async () => {
  const now = world.fake.now;
  const state = await world.now();
  const open = state.review!.open!;
  const shown = (await world.page.desk.shown(open))!;
  const events = await world.page.desk.events(state);
  const session = { hash: 'h', formToken: 't', expiresAt: now.toISOString(), identity: { email: ADA, issuer: 'i', subject: 's' } };
  const render = (text: string): string => {
    const sponsor = { ...state.declared.sponsor, accountableName: text, backupEmail: text };
    const grants = [{ actions: [`s3:${text}`], resources: [text] }];
    const access = { ...state.declared.access!, stages: [{ stage: text, digest: '', grants, omitted: 0 }, { stage: `${text} `, digest: '', grants, omitted: 0 }] };
    const declared = { ...state.declared, purpose: text, stage: text, sponsor, access, ownSecrets: [text] };
    const items = shown.items.map((item) => ({
      ...item,
      hasFindings: true,
      findings: ['granted-not-declared' as const],
      notDeclared: [text],
      denied: [text],
      use: { verdict: 'unknown' as const, evidence: text },
      granted: [{ actions: [text], resources: [text], condition: text, source: text }],
      peers: { having: 1, of: 20 },
    }));
    const reduction = { denied: [{ action: text, by: text, at: now.toISOString() }], effects: {} };
    const trouble = { code: text, message: text, at: now.toISOString(), intent: text };
    const offer = { to: text, by: text, at: now.toISOString() };
    const delegations = [{ to: text, by: text.toLowerCase(), since: now.toISOString(), until: new Date(now.getTime() + 1).toISOString() }];
    const offered = { ...state.review, open: { ...open, offer } };
    const hurt = { ...state, review: offered, declared, reduction, trouble, delegations } as unknown as typeof state;
    const columns: ShownAccess = {
      ...shown,
      items,
      attached: [text],
      unread: [{ what: text, reason: text }],
      signals: [{ source: text, verdict: 'unknown', evidence: text }, { source: text, verdict: 'used', evidence: text }],
      cost: { from: '2026-05-02', to: '2026-06-01', readAt: now.toISOString(), missing: text },
      construct: text,
      declared: [{ stage: 'test', digest: '', text: 'known', grants: [{ actions: ['s3:Get', text], resources: [text], condition: text }] }],
    };
    const review = reviewCase(hurt, hurt.review!.open!, columns, {
      reviewer: { email: ADA, relation: 'sponsor', proven: { proof: 'sign-in' } }, proof: { proof: 'sign-in', email: ADA, issuer: 'i', subject: 's' },
    }, { canSignIn: true, now });
    const unmapped = { stage: text, details: { reason: text, by: text, certificate: text, certificateSha256: text } };
    const told = events.map((event) => ({ ...event, data: { ...event.data, unmapped } })) as typeof events;
    const given = { items: [], reason: text, to: text };
    const agent = { account: '111122223333', agentName: 'invoice-bot', status: 'active' as const, stage: text, sponsorId: text, expiresAt: now.toISOString(), stackName: text, trouble };
    const proof = { proof: 'sign-in', email: ADA, issuer: 'i', subject: 's' } as const;
    const delegates: DelegatesCase = { state: hurt, proof, person: ADA, delegates: delegations, isGiver: true, days: ['2026-01-01', '2026-03-31'] };
    const form = (verdict: 'delegate' | 'end-delegation') => ({ verdict, to: text, until: text, reason: text, once: 'o' });
    const at = now.toISOString();
    const move = { placement: state.placement, stage: text, purpose: text };
    return [
      <DelegatesView registry="agents" session={session} delegates={delegates} now={now} once={['o', 'p']} problem={text} given={form('delegate')} />,
      <DelegatesView registry="agents" session={session} delegates={delegates} now={now} once={['o', 'p']} given={form('end-delegation')} />,
      <ConfirmDelegation registry="agents" session={session} placement={state.placement} intent={{ kind: 'review', reviewId: 'r', shown: 's', shownAt: 'a', verdict: 'delegate', to: text, until: at, reason: text }} form={form('delegate')} />,
      <MyReviews registry="agents" session={session} found={{ lines: [{ is: 'move', ...move, from: text, askedAt: at }, { is: 'review', ...move, deadline: at, isMissed: true, left: 1 }], part: 1, parts: 1, isCut: false }} show={text} sort={text} now={now} />,
      <FleetView registry="agents" session={session} agents={[agent as never]} which="living" begins={text} isLater next="x" now={now} />,
      <PolicyView registry="agents" session={session} placement={state.placement} item={items[0]} />,
      <ReviewView registry="agents" session={session} review={review} now={now} once="o" problem={text} given={given} />,
      <AgentView registry="agents" session={session} state={hurt} events={told} now={now} mayDecide move={{ stage: text, at, mayAnswer: true }} />,
      <Confirm registry="agents" session={session} review={review} intent={{ kind: 'review', reviewId: 'r', shown: 's', shownAt: 'a', verdict: 'reduce', actions: ['s3'], reason: text }} form={decisionForm(new URLSearchParams())} />,
      <OutcomeView registry="agents" session={session} placement={state.placement} outcome={{ is: 'done' }} left={0} code={{ statements: [text], construct: text }} />,
    ].map(String).join('');
  };
  const shape = shapeOf(render('plain'));
  expect(shape.length).toBeGreaterThan(3_000);
  fc.assert(fc.property(hostile.filter((text) => text.trim() !== ''), (text) => {
    const html = render(text);
    expect(shapeOf(html)).toBe(shape);
    // Line breaks are in the page's own text only, and in what a person typed into the text area.
    expect(html.replace(/<textarea[\s\S]*?<\/textarea>|value="[^"]*"/g, '').replace(/\n/g, '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  }), { endOnFailure: true });
});
