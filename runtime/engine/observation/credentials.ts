import { Holdings } from '../../aws/cuts';
import { SwitchedOff } from '../../model/placement-state';
import { Engine } from '../engine';
import { switchedOn } from '../steps/former-credentials';

/** A sweep looks at many agents in this time. */
const VALID_MS = 60_000;

interface Recent {
  readonly at: number;
  /** By the page's token. */
  readonly pages: Map<string, Promise<unknown>>;
}

const recent = new WeakMap<Engine, Recent>();

/**
 * The credentials that are on, for the regular look. IAM Roles Anywhere lists profiles of the whole region only, so agents that one function looks at within a minute share the list. What such a look
 * finds is looked at again before it is switched off.
 */
export function credentialsOn(engine: Engine, holdings: Holdings): Promise<SwitchedOff[]> {
  const now = engine.now().getTime();
  const known = recent.get(engine);
  const { pages } = known !== undefined && Math.abs(now - known.at) < VALID_MS ? known : started(engine, now);
  const rest: Engine['calls']['rest'] = (service, path, body, options) => {
    const isList = service === 'rolesanywhere' && path.length === 1 && path[0] === 'profiles' && options?.method === undefined;
    return isList ? shared(pages, String(options?.query?.nextToken ?? ''), () => engine.calls.rest(service, path, body, options)) : engine.calls.rest(service, path, body, options);
  };
  return switchedOn({ ...engine, calls: { rest } as Engine['calls'] }, holdings);
}

function started(engine: Engine, at: number): Recent {
  const fresh: Recent = { at, pages: new Map() };
  recent.set(engine, fresh);
  return fresh;
}

function shared(pages: Recent['pages'], token: string, read: () => Promise<unknown>): Promise<unknown> {
  const page = pages.get(token) ?? read();
  pages.set(token, page);
  // A read that failed is not kept.
  page.catch(() => pages.delete(token));
  return page;
}
