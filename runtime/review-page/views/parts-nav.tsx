import type { FC } from 'hono/jsx';

interface PartsProps {
  readonly label: string;
  readonly part: number;
  readonly parts: number;
  /** Where a part is, without its number. */
  readonly href: string;
}

/** More parts than these are reached step by step. */
const LISTED = 30;

/** Links to the parts of what does not fit on one page. */
export const PartsNav: FC<PartsProps> = ({ label, part, parts, href }) => (parts === 1 ? null : (
  <nav aria-label={label}>
    <p>
      {parts <= LISTED ? Array.from({ length: parts }, (_, index) => index + 1).map((number) => (
        number === part ? <strong aria-current="page">{`Part ${number} `}</strong> : <span><a href={`${href}${number}`}>{`Part ${number}`}</a>{' '}</span>
      )) : [
        <strong>{`Part ${part} of ${parts} `}</strong>,
        part === 1 ? null : <a href={`${href}${part - 1}`}>Previous</a>, ' ',
        part === parts ? null : <a href={`${href}${part + 1}`}>Next</a>,
      ]}
    </p>
  </nav>
));
