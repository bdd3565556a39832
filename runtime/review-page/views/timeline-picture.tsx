import type { FC } from 'hono/jsx';
import { said } from './layout';
import { Life, Span } from '../milestones';
import { date } from '../words';

const WIDTH = 340;
const BAR = 18;
/** Later ones are in the list below the picture. */
const MOST_MARKS = 25;
const CHARACTER = 7.5;
const LANES = { stages: 18, suspensions: 64, reviews: 110, axis: 140 };

/** An agent's life: its stages, when it was suspended, and when its access was certified. The list below it says the same in words. */
export const TimelinePicture: FC<{ readonly life: Life }> = ({ life }) => {
  const { from, to, stages, suspensions, reviews, hasLeft } = life;
  const x = (at: number): number => Math.round(1 + (WIDTH - 2) * Math.min(1, Math.max(0, (at - from) / Math.max(1, to - from))));
  const bar = ({ name, from: start, to: end }: Span, y: number, look: string, isNamed: boolean) => {
    const [left, width] = [x(start), Math.max(4, x(end) - x(start))];
    return [
      <rect class={`bar ${look}`} x={left} y={y} width={width} height={BAR} />,
      isNamed ? <text x={left} y={y - 5}>{said(Array.from(name).slice(0, Math.floor(width / CHARACTER)).join(''))}</text> : null,
    ];
  };
  return (
    <svg viewBox={`0 0 ${WIDTH} ${LANES.axis + 8}`} role="img" aria-labelledby="timeline-title timeline-text">
      <title id="timeline-title">Timeline of this agent</title>
      <desc id="timeline-text">{said(wordsOf(life))}</desc>
      {stages.slice(-MOST_MARKS).map((span, index) => bar(span, LANES.stages, index % 2 === 0 ? 'used' : 'unknown', true))}
      <text x="1" y={LANES.suspensions - 5}>{suspensions.length === 0 ? 'Never suspended' : 'Suspended'}</text>
      <line class="axis" x1="1" x2={WIDTH - 1} y1={LANES.suspensions + BAR / 2} y2={LANES.suspensions + BAR / 2} />
      {suspensions.slice(-MOST_MARKS).map((span) => bar(span, LANES.suspensions, 'unused', false))}
      <text x="1" y={LANES.reviews - 5}>{reviews.length === 0 ? 'Never certified' : 'Certified by reviews'}</text>
      <line class="axis" x1="1" x2={WIDTH - 1} y1={LANES.reviews + 7} y2={LANES.reviews + 7} />
      {reviews.slice(-MOST_MARKS).map(x).map((at) => <path class="mark" d={`M${Math.min(WIDTH - 8, Math.max(8, at))} ${LANES.reviews}l7 7l-7 7l-7-7z`} />)}
      <text x="1" y={LANES.axis + 4}>{date(from)}</text>
      <text x={WIDTH - 1} y={LANES.axis + 4} text-anchor="end">{hasLeft ? `left ${date(to)}` : 'now'}</text>
    </svg>
  );
};

function wordsOf({ from, to, stages, suspensions, reviews, hasLeft }: Life): string {
  return [
    `From ${date(from)} to ${hasLeft ? date(to) : 'now'}.`,
    `In ${stages.slice(-MOST_MARKS).map(({ name, from: start }) => `${name} since ${date(start)}`).join(', then ')}.`,
    suspensions.length === 0 ? 'Never suspended.' : `Suspended ${suspensions.slice(-MOST_MARKS).map(({ from: start }) => `on ${date(start)}`).join(', ')}.`,
    reviews.length === 0 ? 'Never certified.' : `Certified ${reviews.slice(-MOST_MARKS).map((at) => `on ${date(at)}`).join(', ')}.`,
  ].join(' ');
}
