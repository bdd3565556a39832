import type { FC } from 'hono/jsx';
import { said } from './layout';
import { ShownItem } from '../../certification';
import { serviceName, useOf } from '../words';

const WIDTH = 340;
const ROW = 44;
const BAR_HEIGHT = 14;
const WORDS = { used: 'used', unused: 'not used', unknown: 'use not known' };

/** Granted against used: one bar for each service, as long as the number of actions that it is granted. The list below it says the same in words. */
export const UsePicture: FC<{ readonly items: readonly ShownItem[]; readonly now: Date }> = ({ items, now }) => {
  const most = Math.max(1, ...items.map(actionsOf));
  const height = items.length * ROW + 4;
  return (
    <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-labelledby="picture-title picture-text">
      <title id="picture-title">What the agent is allowed, and what it uses</title>
      <desc id="picture-text">{items.map((item) => `${serviceName(item.service)}: ${allowed(item)}, ${WORDS[item.use.verdict]}.`).map(said).join(' ')}</desc>
      {items.map((item, index) => (
        <g>
          <text x="1" y={index * ROW + 14}>{said(serviceName(item.service))}</text>
          <rect class={`bar ${item.use.verdict}`} x="1" y={index * ROW + 20} width={Math.max(8, Math.round((WIDTH - 130) * actionsOf(item) / most))} height={BAR_HEIGHT} />
          <text x={Math.max(8, Math.round((WIDTH - 130) * actionsOf(item) / most)) + 8} y={index * ROW + 32}>{useOf(item, now)}</text>
        </g>
      ))}
    </svg>
  );
};

export function actionsOf({ granted }: ShownItem): number {
  return new Set(granted.flatMap(({ actions }) => actions)).size;
}

export function allowed(item: ShownItem): string {
  const count = actionsOf(item);
  return count === 1 ? '1 action allowed' : `${count} actions allowed`;
}
