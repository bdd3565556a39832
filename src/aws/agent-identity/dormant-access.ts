import { aws_iam as iam } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AccessRules, checkedParts } from './checked-statement';
import { AccessDeclaration, declarationOf } from './declared-access';
import { DormantPrincipal } from './dormant-principal';
import { exportForGrant } from './exports-of-grants';

/** Access in stages that are not the current one: it is checked and recorded, and renders nothing. */
export class DormantAccess {
  private readonly principals = new Map<string, DormantPrincipal>();

  /**
   * @param agent the agent
   * @param rules what its access must not have
   * @param declarations where the access is recorded
   */
  constructor(private readonly agent: Construct, private readonly rules: AccessRules, private readonly declarations: AccessDeclaration[]) {}

  /** The agent in these stages, as a grantee. */
  public principalIn(stages: string[]): DormantPrincipal {
    const key = stages.join('+');
    const known = this.principals.get(key)
      ?? new DormantPrincipal(this.agent, key, `${this.agent.node.addr}/${key}`, (statement) => this.declare(stages, statement));
    this.principals.set(key, known);
    return known;
  }

  public declare(stages: string[], statement: iam.PolicyStatement): void {
    for (const { statement: part, exception, references } of checkedParts(this.agent, statement, this.rules)) {
      this.declarations.push(declarationOf(stages, false, part, exception));
      exportForGrant(this.agent, references);
    }
  }
}
