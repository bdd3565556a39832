import { JsonValue } from '../../../src/core/canonical-json';
import { Audience, NoticeFacts } from '../../model/notice';

/** What a notice says. All texts are plain: the layout escapes them. */
export interface Said {
  /** What happened and what it means. */
  readonly what: string;
  /** Facts as label and value. */
  readonly rows?: readonly (readonly [label: string, value: string])[];
  /** What the reader can do. Absent if there is nothing to do. */
  readonly toDo?: string;
}

/** The texts of one kind of notice. */
export interface Template {
  /** Who is notified. */
  readonly to: (facts: NoticeFacts) => readonly Audience[];
  /** One line, for the subject and the heading. */
  readonly brief: (facts: NoticeFacts) => string;
  readonly says: (facts: NoticeFacts, audience: Audience) => Said;
}

type Details = NoticeFacts['details'];

/** A text of an event, or an empty text. */
export function textIn(details: Details, name: string): string {
  const value = details[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** An object of an event, or an empty one. */
export function detailsIn(details: Details, name: string): Details {
  const value = details[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Details : {};
}

/** A list of an event, or an empty one. */
export function listIn(details: Details, name: string): readonly JsonValue[] {
  const value = details[name];
  return Array.isArray(value) ? value as readonly JsonValue[] : [];
}

const SHOWN_STATEMENTS = 8;

/** What a decision changes in the agent's code, a row for each statement. */
export function codeRows(details: Details): (readonly [label: string, value: string])[] {
  const statements = listIn(details, 'codeChange').filter((one) => typeof one === 'string');
  const construct = textIn(details, 'construct');
  return [
    ...(statements.length === 0 || construct === '' ? [] : [['Construct in the code', construct] as const]),
    ...statements.slice(0, SHOWN_STATEMENTS).map((statement) => ['Statement in the code', statement] as const),
    ...(statements.length <= SHOWN_STATEMENTS ? [] : [['Statement in the code', `and ${statements.length - SHOWN_STATEMENTS} more, which the agent's history lists`] as const]),
  ];
}
