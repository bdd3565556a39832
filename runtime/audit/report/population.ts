import { SectionRow } from './agent-rows';
import { begins, ends, livesAfter } from './life';
import { AuditReport, ReportDifference } from './model';
import { ReadAgent } from './read-agent';
import { ToldEvent } from './told-event';

type Population = AuditReport['population'];

/** Counts a population from the agents' own events. It keeps the names of those that live now, and nothing else of the fleet. */
export class PopulationCount {
  public readonly livingNow = new Set<string>();
  private atStart = 0;
  private joined = 0;
  private left = 0;
  private atEnd = 0;
  private known = 0;

  /** Adds an agent, and returns its row, if it lived at any time of the period, and what does not fit. */
  public add({ placement: { agentName }, before, events, now }: ReadAgent): { readonly rows: readonly SectionRow[]; readonly differences: readonly ReportDifference[] } {
    const lived = before !== undefined && livesAfter(before) === true;
    const [came, went] = [events.filter(begins), events.filter(ends)];
    const last = [...events].reverse().find((event) => livesAfter(event) !== undefined) ?? before;
    const lives = last !== undefined && livesAfter(last) === true;
    this.known += 1;
    this.atStart += lived ? 1 : 0;
    this.joined += came.length;
    this.left += went.length;
    this.atEnd += lives ? 1 : 0;
    if (now !== undefined && livesAfter(now) === true) {
      this.livingNow.add(agentName);
    }
    const isBalanced = (lived ? 1 : 0) + came.length - went.length === (lives ? 1 : 0);
    return {
      rows: last === undefined || (!lived && came.length === 0) ? [] : [this.row(agentName, lived, came, went, lives, last, before)],
      differences: isBalanced ? [] : [{ what: agentName, reason: `its events do not add up: it ${lived ? 'was living' : 'was not living'} at the start, joined ${came.length} and left ${went.length} times, and ${lives ? 'is living' : 'is not living'} at the end` }],
    };
  }

  public counts(livingNowInLedger: number, queries: Population['queries'], again: string): Population {
    const { atStart, joined, left, atEnd, known } = this;
    return { atStart, joined, left, atEnd, isBalanced: atStart + joined - left === atEnd, knownToEvidence: known, livingNowInEvidence: this.livingNow.size, livingNowInLedger, queries, again };
  }

  private row(agent: string, lived: boolean, came: readonly ToldEvent[], went: readonly ToldEvent[], lives: boolean, last: ToldEvent, before: ToldEvent | undefined): SectionRow {
    const times = (events: readonly ToldEvent[]): string => events.map(({ time }) => time).join(', ');
    const refs = [...new Set([...(lived && before !== undefined ? [before] : []), ...came, ...went, last])].map(({ ref }) => ref);
    return {
      section: 'population',
      at: last.time,
      agent,
      stage: last.stage,
      what: lives ? 'living at the end' : 'not living at the end',
      by: last.by,
      facts: { 'living at the start': lived ? 'yes' : 'no', 'joined': times(came), 'left': times(went), 'living at the end': lives ? 'yes' : 'no', 'sponsor': last.sponsor },
      evidence: refs,
    };
  }
}

/** The section of the agents that lived in the period. */
export const POPULATION_SECTION = {
  id: 'population',
  title: 'Agents that lived in the period',
  source: 'the last copied event of each agent before the period, and all of the period',
  columns: ['living at the start', 'joined', 'left', 'living at the end', 'sponsor'],
  parts: ['joiner', 'leaver', 'chain'],
} as const;
