import { execFileSync } from 'node:child_process';
import { AdoptionOutcome, renderAdoption, renderAdoptionDiff } from '../../cli/render-adoption';

const outcome = (folder: string): AdoptionOutcome => ({
  folder, changes: [{ path: '111122223333/adopted-production.ts', does: 'write', after: 'x' }], counts: { adopted: 1 }, isUndo: false, region: 'eu-west-1',
});

/** The arguments that a shell makes of a line. */
function wordsOf(line: string): string[] {
  return execFileSync('bash', ['--norc', '--noprofile', '-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' }).split('\n').slice(0, -1);
}

test.each(['agents', '/srv/my agents', '$(touch x)', '`id`', 'a\'; id; \'b', 'a"b', '-x'])('the command that is printed for folder %s runs the app in it and nothing else, in both shells', (folder) => {
  const line = renderAdoption(outcome(folder)).split('\n').find((one) => one.includes('cdk diff'))!.trim();
  const words = wordsOf(line);

  expect(words).toEqual(['npx', 'cdk', 'diff', '--app', expect.any(String), 'adopted-production-111122223333']);
  expect(wordsOf(words[4])).toEqual(['npx', 'tsx', `${folder}/app.ts`]);
});

test('nothing in a file moves the cursor when its difference is shown', () => {
  const text = renderAdoptionDiff([{ path: '111122223333/a.ts', does: 'remove', before: 'x\u001b[2J\u202ey\n' }]);

  expect(text.split('\n').filter((line) => /\p{C}/u.test(line))).toEqual([]);
  expect(text).toContain('\n-x [2J y');
});
