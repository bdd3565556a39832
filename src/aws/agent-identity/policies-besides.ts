import { Aspects, CfnResource, IAspect, Stack, Stage, Token, TokenComparison } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { propertyContents } from '../iam/contents';

/** Policy resources that attach to roles by name without asking the role, and the property that names the roles. */
const NAMED_BY: Readonly<Record<string, RegExp>> = {
  'AWS::IAM::Policy': /^roles\b/i,
  'AWS::IAM::ManagedPolicy': /^roles\b/i,
  'AWS::IAM::RolePolicy': /^roleName$/i,
};

interface Watched {
  readonly roles: Map<IConstruct, string[]>;
  /** By name in lower case, as IAM compares them. */
  readonly names: Map<string, NamedRole[]>;
}

interface NamedRole {
  readonly role: IConstruct;
  readonly found: string[];
}

/** For each root: the roles, the texts by which a policy may name them, and the paths of policies that do. */
const WATCHED = new WeakMap<IConstruct, Watched>();

/** Finds policies that attach to an agent's role but bypass its checks and its order. */
export class PoliciesBesides implements IAspect {
  /** Watches a role. Returns the paths of the policies found, which are complete when the app is validated. */
  public static watch(role: IConstruct, roleName: string | undefined): readonly string[] {
    const root = Stage.of(role) ?? role.node.root;
    const watched = WATCHED.get(root) ?? { roles: new Map<IConstruct, string[]>(), names: new Map<string, NamedRole[]>() };
    if (!WATCHED.has(root)) {
      WATCHED.set(root, watched);
      Aspects.of(root).add(new PoliciesBesides(watched));
    }
    const found: string[] = [];
    watched.roles.set(role.node.defaultChild!, found);
    if (roleName !== undefined) {
      const name = roleName.toLowerCase();
      watched.names.set(name, [...watched.names.get(name) ?? [], { role, found }]);
    }
    return found;
  }

  private constructor(private readonly watched: Watched) {}

  public visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node) || NAMED_BY[node.cfnResourceType] === undefined) {
      return;
    }
    const at = NAMED_BY[node.cfnResourceType];
    const { references, texts } = propertyContents(node, at);
    const named = [
      // An imported role is named by a part of its ARN, whatever functions extract it.
      ...references.filter((reference) => at.test(reference.at)).map(({ what: { target } }) => this.watched.roles.get(target)),
      ...texts.filter((text) => at.test(text.at)).flatMap(({ what }) => this.watched.names.get(what.toLowerCase()) ?? [])
        .filter(({ role }) => mayBeSameAccount(role, node)).map(({ found }) => found),
    ];
    new Set(named).forEach((found) => found?.push(node.node.path));
  }
}

/** A name counts in its account; one that is known at deployment only may be the same. */
function mayBeSameAccount(one: IConstruct, other: IConstruct): boolean {
  return Token.compareStrings(Stack.of(one).account, Stack.of(other).account) !== TokenComparison.DIFFERENT;
}
