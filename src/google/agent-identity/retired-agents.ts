import { Construct } from 'constructs';
import { agentAddress, leaverAddress, ownSecretsAddress } from '../../contract/google';
import { validateAgentName } from '../../core/agent-name';
import { InvalidInputError } from '../../core/errors';
import { requireList } from '../../core/kind';
import { withPath } from '../../core/scope';
import { TerraformStack, wantTerraform } from '../cdktf';
import { leaverProvisioner } from '../lifecycle-registry/record-provisioner';
import { addRemovedBlocks } from '../teardown/removed-blocks';
import { Roster } from '../teardown/roster';
import { teardownProvisioner } from '../teardown/teardown-provisioner';

/** Which agents have left. */
export interface RetiredAgentsProps {
  /** Names of agents whose constructs were removed from this stack. They may stay in the list: an agent that was already deleted is ignored. */
  readonly agentNames: string[];
}

/**
 * Agents whose construct was removed, so that they leave. Without it their accounts would be deleted with nothing wiped, because Terraform skips the
 * provisioner of a block that was removed. Renders a `removed` block with the teardown for each agent; tested with Terraform 1.15 and OpenTofu 1.12.
 * Keep it in the stack after its last agent has left, too.
 */
export class RetiredAgents extends Construct {
  constructor(scope: Construct, id: string, props: RetiredAgentsProps) {
    super(scope, id);
    const roster = Roster.of(this);
    const stack = TerraformStack.of(this);
    const names = [...new Set(withPath(this, () => requireList('agentNames', props.agentNames)).map((name) => withPath(this, () => validateAgentName(name))))];
    names.forEach((name) => roster.retire(name));
    const [teardown, leaver] = [teardownProvisioner(this), leaverProvisioner(this)];
    const removed = (address: string, provisioner: object) => ({ from: `terraform_data.${address}`, lifecycle: { destroy: true }, provisioner: [provisioner] });
    const blocks = names.flatMap((name) => [
      removed(agentAddress(name), teardown), removed(ownSecretsAddress(name), teardown), removed(leaverAddress(name), leaver),
    ]);
    addRemovedBlocks(stack, blocks);
    wantTerraform(stack, '>= 1.9');
    this.node.addValidation({
      validate: () => names.filter((name) => roster.has(name)).map((name) =>
        new InvalidInputError('RetiredAgentDeclared', `agent ${name} is declared in this stack and also named as retired: remove its construct, or remove it from the list`).message),
    });
  }
}
