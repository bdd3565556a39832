import { codeOf } from './code-of';
import { Claims } from '../../src/core/claims';
import { InvalidInputError } from '../../src/core/errors';
import { withPath, required, Scope } from '../../src/core/scope';
import { ScopedDefaults } from '../../src/core/scoped-defaults';

function scope(path: string, above?: Scope): Scope {
  const scopes: Scope[] = [...above?.node.scopes ?? []];
  const made: Scope = { node: { path, root: above?.node.root ?? scopes, scopes } };
  scopes.push(made);
  return made;
}

const APP = scope('');
const STACK = scope('stack', APP);
const AGENT = scope('stack/agent', STACK);

test('defaults come from the nearest scope; undefined erases none', () => {
  const defaults = new ScopedDefaults<{ a?: string; b?: string }>();
  defaults.set(APP, { a: 'app', b: 'app' });
  defaults.set(STACK, { a: 'stack' });
  defaults.set(STACK, { a: undefined });

  expect(defaults.merged(AGENT)).toEqual({ a: 'stack', b: 'app' });
  expect(defaults.merged(APP)).toEqual({ a: 'app', b: 'app' });
});

test('a key is claimed once in an app, and again in another app', () => {
  const claims = new Claims();
  const claim = (claimant: Scope) => claims.claim(claimant, 'bot', (first) => new InvalidInputError('Twice', first));
  claim(AGENT);

  expect(() => claim(STACK)).toThrow('Twice: stack/agent');
  expect(() => claim(scope('other'))).not.toThrow();
});

test('a prop that is missing is refused with the construct\'s path and the given code', () => {
  expect(required(AGENT, 'stage', 0, 'StageMissing')).toBe(0);
  expect(codeOf(() => required(AGENT, 'stage', undefined, 'StageMissing'))).toBe('StageMissing');
  expect(() => required(AGENT, 'stage', null, 'StageMissing')).toThrow(/^StageMissing: stack\/agent: stage is missing/);
});

test('errors of the domain get the construct\'s path, others stay as they are', () => {
  expect(() => withPath(AGENT, () => { throw new InvalidInputError('Bad', 'it is'); })).toThrow('Bad: stack/agent: it is');
  expect(() => withPath(AGENT, () => { throw new Error('other'); })).toThrow(/^other$/);
});

test('defaults that are set after a construct read them are refused: it would not have them', () => {
  const [app, other] = [scope(''), scope('other')];
  const stack = scope('stack', app);
  const defaults = new ScopedDefaults<{ a?: string }>();
  defaults.set(app, { a: 'app' });
  defaults.merged(scope('stack/agent', stack));
  defaults.merged(scope('stack/second', stack));

  expect(() => defaults.set(stack, { a: 'late' })).toThrow(/^DefaultsTooLate: stack: AgentDefaults are set after stack\/agent was declared/);
  expect(() => defaults.set(app, { a: 'late' })).toThrow(/^DefaultsTooLate: the app: /);
  expect(codeOf(() => defaults.set(other, { a: 'other' }))).toBeUndefined();
});
