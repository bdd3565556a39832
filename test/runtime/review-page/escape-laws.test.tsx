import fc from 'fast-check';
import { PageWorld } from './page-world';
import { ShownAccess } from '../../../runtime/certification';
import { decisionForm } from '../../../runtime/review-page/decision';
import { reviewCase } from '../../../runtime/review-page/review-case';
import { AgentView } from '../../../runtime/review-page/views/agent-view';
import { Confirm } from '../../../runtime/review-page/views/confirm-view';
import { OutcomeView } from '../../../runtime/review-page/views/outcome-view';
import { ReviewView } from '../../../runtime/review-page/views/review-view';
import { ADA } from '../engine/review-world';

jest.mock('../../../runtime/aws/cloudformation/response', () => ({
  ...jest.requireActual<object>('../../../runtime/aws/cloudformation/response'),
  sendResponse: async (_url: URL, answer: { RequestId: string }) => {
    jest.requireActual<typeof import('../engine/mailbox')>('../engine/mailbox').mailbox.set(answer.RequestId, answer as never);
    return 'taken';
  },
}));

/** Text that would be a tag, an attribute, an entity or the end of either, with all that people write. */
const hostile = fc.array(fc.oneof(
  fc.constantFrom('<', '>', '"', '\'', '&', '`', '=', '/', '<!--', '-->', '</title>', '</textarea>', '</style>', '<script>', '<img src=x onerror=x>', '&lt;', 'javascript:', '\u202e', '\u0000', '\n', '${', '{{'),
  fc.string({ unit: 'binary', size: 'max', maxLength: 40 }),
), { size: 'max', maxLength: 12 }).map((parts) => parts.join(''));

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
  const events = await world.page.desk.events(state.placement);
  const session = { hash: 'h', formToken: 't', expiresAt: now.toISOString(), identity: { email: ADA, issuer: 'i', subject: 's' } };
  const render = (text: string): string => {
    const sponsor = { ...state.declared.sponsor, accountableName: text, backupEmail: text };
    const declared = { ...state.declared, purpose: text, stage: text, sponsor };
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
    const hurt = { ...state, declared, reduction, trouble } as unknown as typeof state;
    const review = reviewCase(hurt, open, columns, {
      reviewer: { email: ADA, relation: 'sponsor', proven: { proof: 'sign-in' } }, proof: { proof: 'sign-in', email: ADA, issuer: 'i', subject: 's' },
    }, { wantedPart: 1, canSignIn: true, now });
    const unmapped = { details: { reason: text, by: text } };
    const told = events.map((event) => ({ ...event, data: { ...event.data, unmapped } })) as typeof events;
    const given = { items: [], reason: text, to: text };
    return [
      <ReviewView registry="agents" session={session} review={review} now={now} once="o" problem={text} given={given} />,
      <Confirm registry="agents" session={session} review={review} intent={{ kind: 'review', reviewId: 'r', shown: 's', shownAt: 'a', verdict: 'reduce', actions: ['s3'], reason: text }} form={decisionForm(new URLSearchParams())} />,
      <OutcomeView registry="agents" session={session} placement={state.placement} outcome={{ is: 'done' }} left={0} code={{ statements: [text], construct: text }} />,
      <AgentView registry="agents" session={session} state={hurt} events={told} />,
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
