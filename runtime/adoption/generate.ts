import { stackCode } from './code/stack-code';
import { StackId } from './code/stack-names';
import { stepsText } from './code/steps-text';
import { GeneratedFile } from './code/written-file';
import { AgentRow, Definition, Place } from './model';

/** The files of all stacks, without the app. */
export function generate(agents: readonly AgentRow[], definitions: ReadonlyMap<string, Definition>, place: Place): GeneratedFile[] {
  const stacks = new Map<string, { readonly id: StackId; readonly members: AgentRow[] }>();
  for (const agent of agents) {
    const { account, stackName } = agent;
    const key = `${account}/${stackName}`;
    const stack = stacks.get(key) ?? { id: { account, stackName }, members: [] };
    stacks.set(key, stack);
    stack.members.push(agent);
  }
  return [...stacks.values()].flatMap(({ id, members }) => {
    const { file, migrations } = stackCode(id, members, definitions, place);
    return [file, ...migrations.length === 0 ? [] : [stepsText(id, migrations)]];
  });
}
