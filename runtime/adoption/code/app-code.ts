import { literal } from './literal';
import { classNameOf, StackId } from './stack-names';
import { GeneratedFile, writtenFile } from './written-file';

export const APP_PATH = 'app.ts';

/** The app of all stacks. */
export function appCode(stacks: readonly StackId[]): GeneratedFile {
  const sorted = [...stacks].sort((one, other) => (stackIdOf(one) < stackIdOf(other) ? -1 : 1));
  // Two names can be one in the style of classes, so each class has a number of its own here.
  const named = sorted.map((stack, index) => ({ stack, name: `Stack${index + 1}` }));
  return writtenFile(APP_PATH, [
    ...named.map(({ stack, name }) => `import { ${classNameOf(stack)} as ${name} } from './${stack.account}/${stack.stackName}';`),
    'import { App } from \'aws-cdk-lib\';',
    '',
    'const app = new App();',
    ...named.map(({ stack, name }) => `new ${name}(app, ${literal(stackIdOf(stack))});`),
    'app.synth();',
  ]);
}

/** Id of a stack in the app, as `cdk deploy` takes it. */
export function stackIdOf({ account, stackName }: StackId): string {
  return `${stackName}-${account}`;
}
