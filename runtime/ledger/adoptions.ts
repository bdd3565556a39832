import { keys } from './keys';
import { Table, Write } from './table';
import { Placement } from '../../src/core/lifecycle-event';
import { PrincipalRef } from '../model/placement-state';

/** Which agent has adopted a role. One row for each role, so that no two agents adopt the same. */
export class AdoptionLedger {
  public constructor(private readonly table: Table) {}

  /** Name of the agent that has adopted a role. */
  public async agentWith(account: string, roleName: string): Promise<string | undefined> {
    return (await this.table.get<{ agentName: string }>(keys.adoptedRole(account, roleName), keys.adoption))?.agentName;
  }

  /** The write by which an agent adopts a role. It fails if another one has it. */
  public beginning({ account, agentName }: Placement, { roleName, roleId }: PrincipalRef): Write {
    return this.table.putting({ pk: keys.adoptedRole(account, roleName), sk: keys.adoption, agentName, roleId }, {
      expression: 'attribute_not_exists(pk) OR agentName = :agentName', values: { ':agentName': agentName },
    });
  }

  /** The write after which another agent may adopt the role. */
  public ending({ account }: Placement, { roleName }: PrincipalRef): Write {
    return this.table.deleting({ pk: keys.adoptedRole(account, roleName), sk: keys.adoption });
  }
}
