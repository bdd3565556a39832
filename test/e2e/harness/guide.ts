import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Set by `npx projen pictures`, which writes the outputs. */
export const WRITES = process.env.GUIDE_PICTURES !== undefined;
const BLOCK = /```(text|sh)\n([\s\S]*?)```/g;
/** What is another one in each run. What is due depends on how long the run takes. */
const VARIES: readonly RegExp[] = [
  /^due now .*$/gm,
  /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z/g, /\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2})?/g, /\b(?!\d{12}\b)[0-9a-f]{12,64}\b/g, /\b[0-9a-f]{8}-[0-9a-f-]{27}\b/g, /\bA[A-Z]{3}[0-9A-F]{17}\b/g,
];

/** A command of a guide, and what the guide shows of its output. Undefined if it shows none. */
export interface Step {
  readonly command: string;
  readonly shown?: string;
}

/** A guide whose blocks of commands are run in order. */
export class Guide {
  private text: string;

  public constructor(private readonly file: string) {
    this.text = readFileSync(this.path, 'utf8');
  }

  /** The commands of blocks of `sh`, each a line, and those of blocks of `text`, each after `$ ` with its output below. */
  public get steps(): Step[] {
    return [...this.text.matchAll(BLOCK)].flatMap(([, language, block]) => (language === 'sh' ? block.trim().split('\n').map((command) => ({ command }))
      : block.split(/^\$ /m).slice(1).map((step) => {
        const [command, ...lines] = step.trimEnd().split('\n');
        return { command, shown: lines.join('\n') };
      })));
  }

  /** The rows of the first table whose first column has this name, by column. */
  public table(first: string): Readonly<Record<string, string>>[] {
    const [head, , ...rows] = this.text.slice(this.text.indexOf(`| ${first} |`)).split('\n\n')[0].split('\n').map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
    return rows.map((cells) => Object.fromEntries(head.map((column, index) => [column, cells[index]])));
  }

  /** Fails if the guide shows something else for a step. */
  public expectShown({ command, shown = '' }: Step, output: string): void {
    if (WRITES) {
      this.text = this.text.replace(`$ ${command}\n${shown}${shown === '' ? '' : '\n'}`, () => `$ ${command}\n${output}\n`);
      writeFileSync(this.path, this.text);
      return;
    }
    expect(`$ ${command}\n${same(output)}`).toBe(`$ ${command}\n${same(shown)}`);
  }

  private get path(): string {
    return join(__dirname, '..', '..', '..', 'docs', 'guide', this.file);
  }
}

/** An output without lines in the middle. */
export function shortened(output: string, first: number, last: number): string {
  const lines = output.trimEnd().split('\n');
  return [...lines.slice(0, first), '...', ...lines.slice(-last)].join('\n');
}

/** Columns are as wide as what is in them. */
function same(output: string): string {
  return VARIES.reduce((text, pattern) => text.replace(pattern, '<varies>'), output).replace(/ {2,}/g, '  ');
}
