import type { Hono } from 'hono';
import { html, refused } from './answer';
import { ReviewPage } from './page';
import { sessionOf } from './sessions';
import { FleetView } from './views/fleet-view';

const NAME = /^[a-z0-9-]{0,64}$/;
const SHOWN = 40;

/** All agents of the registry, for operators who signed in. It changes nothing, and each request reads one part. */
export function addFleetRoutes(app: Hono, page: ReviewPage): void {
  const { registry, desk, arn, now } = page;

  app.get('/fleet', async (context) => {
    const session = await sessionOf(context, page);
    if (session?.isOperator !== true) {
      return refused(context, page);
    }
    const which = context.req.query('show') === 'left' ? 'left' : 'living';
    const [begins, from] = ['name', 'after'].map((name) => context.req.query(name) ?? '').map((name) => (NAME.test(name) ? name : ''));
    // DynamoDB refuses a start that is not in the part of the index that is asked for.
    const after = from !== '' && from.startsWith(begins) ? from : undefined;
    const { agents, next } = await desk.fleet(which, { account: accountOf(arn), begins, limit: SHOWN, ...(after === undefined ? {} : { after }) });
    const isLater = after !== undefined;
    return html(context, (
      <FleetView registry={registry} session={session} agents={agents} which={which} begins={begins} isLater={isLater} next={next} now={now()} />
    ));
  });
}

/** Agents are in the account of their registry, as the page's function is. */
function accountOf(arn: string): string {
  return arn.split(':')[4];
}
