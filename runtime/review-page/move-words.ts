import { MoveItem } from './move-case';

export const MOVE_CHANGES: Readonly<Record<MoveItem['change'], string>> = {
  new: 'New', more: 'May do more', other: 'On something else', less: 'May do less', gone: 'No longer', same: 'As now',
};

type Kind = 'read' | 'send' | 'use' | 'change' | 'delete' | 'do everything' | 'other things';

/** What the first word of an action means to people who don't read policies. */
const KINDS: readonly (readonly [RegExp, Kind])[] = [
  [/^\*/, 'do everything'],
  [/^(Get|List|Describe|Query|Scan|BatchGet|Read|Receive|Head|Select|View|Lookup|Search|ConditionCheck)/, 'read'],
  [/^(Delete|Remove|Purge|Terminate|Destroy)/, 'delete'],
  [/^(Send|Publish)/, 'send'],
  [/^(Invoke|Converse|Start|Run|Execute|Encrypt|Decrypt|Generate|Assume)/, 'use'],
  [/^(Put|Update|Create|Write|BatchWrite|Add|Set|Tag|Copy|Import|Upload)/, 'change'],
];
const ORDER: readonly Kind[] = ['do everything', 'read', 'send', 'use', 'change', 'delete', 'other things'];

/** Actions in words: read, change, delete. */
export function whatActionsDo(actions: readonly string[]): string {
  const kinds = new Set(actions.map((action) => KINDS.find(([pattern]) => pattern.test(action.slice(action.indexOf(':') + 1)))?.[1] ?? 'other things'));
  return ORDER.filter((kind) => kinds.has(kind)).join(', ');
}
