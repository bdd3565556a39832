import { escaped } from '../../../html';
import { AuditReport, ReportSection } from '../model';
import { whyNothing } from '../sections';

/** Bars of the timeline: enough to see a quarter by weeks. */
const BARS = 26;
const HEIGHT = 40;
const WIDTH = 20;

/** The pictures of a report, as SVG in the page. Each has its numbers as text beside it. */
export function pictures({ sections, from, to }: AuditReport): string {
  const section = (id: string): ReportSection => sections.find((one) => one.id === id)!;
  const period = [Date.parse(from), Date.parse(to)] as const;
  return `<div class="charts">${[
    timeline('Joiners', section('joiners').rows.map(({ at }) => at), period),
    timeline('Movers', section('movers').rows.filter(({ what }) => what === 'moved').map(({ at }) => at), period),
    timeline('Leavers', section('leavers').rows.filter(({ what }) => what === 'left' || what === 'released').map(({ at }) => at), period),
    ...whyNothing(section('reviews')) === undefined ? [onTime(section('reviews'), section('overdue'))] : [],
  ].join('\n')}</div>`;
}

function timeline(title: string, times: readonly string[], [from, to]: readonly [number, number]): string {
  const counts = new Array<number>(BARS).fill(0);
  times.forEach((time) => (counts[Math.min(BARS - 1, Math.max(0, Math.floor((Date.parse(time) - from) / (to - from) * BARS)))] += 1));
  const most = Math.max(1, ...counts);
  const bars = counts.map((count, index) => {
    const height = count === 0 ? 0.5 : Math.max(2, count / most * HEIGHT);
    return `<rect x="${index * WIDTH + 1}" y="${HEIGHT - height}" width="${WIDTH - 2}" height="${height}"></rect>`;
  });
  const says = `${times.length} in the period, at most ${Math.max(...counts)} in a ${BARS}th of it`;
  return `<section class="chart" aria-label="${title} over time"><h2>${title}</h2><svg viewBox="0 0 ${BARS * WIDTH} ${HEIGHT}" role="img" aria-label="${says}">${bars.join('')}</svg><p class="ends"><span>${day(from)}</span><span>${times.length}</span><span>${day(to)}</span></p></section>`;
}

/** Reviews that were decided, by whether that was before the deadline. */
function onTime(reviews: ReportSection, overdue: ReportSection): string {
  const late = new Set(overdue.rows.filter(({ facts }) => facts['ended by'] === 'certified').map(({ agent, facts: { review } }) => `${agent} ${review}`));
  const decided = reviews.rows.filter(({ what }) => what === 'certified');
  const inTime = decided.filter(({ agent, facts: { review } }) => !late.has(`${agent} ${review}`)).length;
  const bars: [string, number][] = [['decided in time', inTime], ['decided late', decided.length - inTime], ['not decided', overdue.rows.length - late.size]];
  const most = Math.max(1, ...bars.map(([, count]) => count));
  return `<section class="chart" aria-label="Reviews on time"><h2>Reviews on time</h2><dl class="bars">${bars.map(([title, count]) => (
    `<dt>${title}</dt><dd><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect height="10" width="${count / most * 100}"></rect></svg><span>${count}</span></dd>`)).join('')}</dl></section>`;
}

function day(instant: number): string {
  return escaped(new Date(instant).toISOString().slice(0, 10));
}
