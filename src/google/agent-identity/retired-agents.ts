import { Construct } from 'constructs';
import { agentAddress, leaverAddress, ownSecretsAddress } from './addresses';
import { validateAgentName } from '../../core/agent-name';
import { InvalidInputError } from '../../core/errors';
import { leaverProvisioner } from '../agent-registry/record-provisioner';
import { TerraformStack, wantTerraform } from '../cdktf';
import { named } from '../named';
import { Roster } from '../teardown/roster';
import { teardownProvisioner } from '../teardown/teardown-provisioner';

/** Which agents have left. */
export interface RetiredAgentsProps {
  /** Names of agents whose constructs were removed from this stack. They may stay in the list: what is gone is left alone. */
  readonly agentNames: string[];
}

/**
 * Agents that left by removal of their construct: without this their accounts would be deleted with nothing wiped, as Terraform skips the provisioner of a block that
 * is gone. Renders a `removed` block with the teardown for each; tried with Terraform 1.15 and OpenTofu 1.12. Keep it in the stack also when its last agent has left.
 */
export class RetiredAgents extends Construct {
  constructor(scope: Construct, id: string, props: RetiredAgentsProps) {
    super(scope, id);
    const roster = Roster.of(this);
    const stack = TerraformStack.of(this);
    const names = [...new Set(props.agentNames.map((name) => named(this, () => validateAgentName(name))))];
    names.forEach((name) => roster.retire(name));
    const [teardown, leaver] = [teardownProvisioner(this), leaverProvisioner(this)];
    const removed = (address: string, provisioner: object) => ({ from: `terraform_data.${address}`, lifecycle: { destroy: true }, provisioner: [provisioner] });
    const blocks = names.flatMap((name) => [
      removed(agentAddress(name), teardown), removed(ownSecretsAddress(name), teardown), removed(leaverAddress(name), leaver),
    ]);
    const before = REMOVED.get(stack) ?? [];
    REMOVED.set(stack, [...before, ...blocks]);
    stack.addOverride('removed', REMOVED.get(stack));
    wantTerraform(stack, '>= 1.9');
    this.node.addValidation({
      validate: () => names.filter((name) => roster.has(name)).map((name) =>
        new InvalidInputError('RetiredAgentDeclared', `RetiredAgentDeclared: agent ${name} is declared in this stack and also named as retired: remove its construct, or take it off the list`).message),
    });
  }
}

const REMOVED = new WeakMap<TerraformStack, object[]>();
