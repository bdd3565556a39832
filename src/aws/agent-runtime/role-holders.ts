import { Aspects, aws_lambda as lambda, CfnResource, IAspect, Stack, Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ROLE_KINDS, RoleKind } from './role-kinds';
import { Contents, propertyContents } from '../iam/contents';

/** A resource whose properties contain the ARN or the name of an agent's role. */
export interface RoleHolder {
  readonly resource: CfnResource;
  /** The kind, if a service runs the resource with the role. */
  readonly kind?: RoleKind;
}

/** An agent's role, and how a template may name it. */
interface WatchedRole {
  readonly role: IConstruct;
  /** Undefined if it is generated: a template can only refer to the role then. */
  readonly roleName?: string;
}

/** After aspects that change resources (500) and before the tree is only read (1000). */
const PRIORITY = 900;

/** Policies name a role but don't run with it. If they waited for the access, a deployer's permission to pass the role would close a circle. */
const POLICIES = /^AWS::IAM::(Policy|ManagedPolicy|(Role|User|Group)Policy)$/;

/** Resources that attach a service to a function or a task, and the property that names it. */
const ATTACHED: Readonly<Record<string, RegExp>> = {
  'AWS::ECS::Service': /^taskDefinition$/i,
  'AWS::Lambda::EventInvokeConfig': /^functionName$/i,
  'AWS::Lambda::EventSourceMapping': /^functionName$/i,
};

const WATCHES = new WeakMap<IConstruct, RoleHolders>();

/** Finds all resources that have an agent's role, in one pass over the app or a CDK Stage of it. Makes each of them depend on the role's access. */
export class RoleHolders implements IAspect {
  /** The pass over the tree that contains the construct. */
  public static in(scope: IConstruct): RoleHolders {
    const root = Stage.of(scope) ?? scope.node.root;
    const known = WATCHES.get(root);
    if (known !== undefined) {
      return known;
    }
    const made = new RoleHolders(root);
    WATCHES.set(root, made);
    Aspects.of(root).add(made, { priority: PRIORITY });
    return made;
  }

  /** Whether the pass has begun. The root is visited first. */
  public started = false;

  private readonly holders = new Map<IConstruct, RoleHolder[]>();
  private readonly byName = new Map<string, IConstruct>();
  private readonly running = new Map<IConstruct, Set<CfnResource>>();
  private readonly attachments = new Map<IConstruct, CfnResource[]>();

  private constructor(private readonly root: IConstruct) {}

  /** Watches a role. Returns the resources that have it, which are complete when the app is validated. */
  public watch({ role, roleName }: WatchedRole): readonly RoleHolder[] {
    const found: RoleHolder[] = [];
    this.holders.set(role, found);
    if (roleName !== undefined) {
      this.byName.set(roleName, role);
    }
    return found;
  }

  /** The functions with a role that is part of a construct. */
  public functionsOf(scope: IConstruct): readonly lambda.CfnFunction[] {
    return this.runningOf(scope, lambda.CfnFunction.CFN_RESOURCE_TYPE_NAME) as readonly lambda.CfnFunction[];
  }

  /** The resources of a type that a service runs with a role that is part of a construct. */
  public runningOf(scope: IConstruct, type: string): readonly CfnResource[] {
    return [...this.running.get(scope) ?? []].filter(({ cfnResourceType }) => cfnResourceType === type);
  }

  /** Event sources, destinations and services of a function or task. */
  public attachedTo(holder: CfnResource): readonly CfnResource[] {
    return this.attachments.get(holder) ?? [];
  }

  public visit(node: IConstruct): void {
    this.started ||= node === this.root;
    if (!CfnResource.isCfnResource(node) || POLICIES.test(node.cfnResourceType) || node.node.scopes.some((scope) => this.holders.has(scope))) {
      return;
    }
    const contents = propertyContents(node);
    const kind = ROLE_KINDS[node.cfnResourceType];
    this.collectRunning(node, contents, kind);
    this.collectAttached(node, contents);
    const found = new Map<IConstruct, boolean>();
    for (const { at, role } of this.rolesIn(node, contents)) {
      found.set(role, (found.get(role) ?? false) || kind?.at.test(at) === true);
    }
    for (const [role, runsAs] of found) {
      node.node.addDependency(role);
      this.holders.get(role)!.push({ resource: node, ...(runsAs ? { kind } : {}) });
      if (runsAs) {
        // Also one that names the role by a literal text.
        this.addRunning(role, node);
      }
    }
  }

  private rolesIn(node: CfnResource, { references, texts }: Contents): { at: string; role: IConstruct }[] {
    const referenced = references.flatMap(({ at, what: { target } }) => {
      const role = target.node.scope;
      // Lifecycle is part of the role, too. Resources that use its attributes depend on it anyway.
      return role !== undefined && role.node.defaultChild === target && this.holders.has(role) ? [{ at, role }] : [];
    });
    const written = texts.flatMap(({ at, what }) => namesIn(at, what).flatMap((name) => {
      const role = this.byName.get(name);
      return role !== undefined && topOf(role) === topOf(node) ? [{ at, role }] : [];
    }));
    return [...referenced, ...written];
  }

  private collectRunning(node: CfnResource, { references }: Contents, kind?: RoleKind): void {
    const roles = references.filter(({ at }) => kind?.at.test(at)).map(({ what: { target } }) => target);
    roles.forEach((role) => this.addRunning(role, node));
  }

  private addRunning(role: IConstruct, node: CfnResource): void {
    role.node.scopes.forEach((scope) => this.running.set(scope, (this.running.get(scope) ?? new Set()).add(node)));
  }

  private collectAttached(node: CfnResource, { references }: Contents): void {
    const names = ATTACHED[node.cfnResourceType];
    references.filter(({ at }) => names?.test(at)).forEach(({ what: { target } }) => append(this.attachments, target, node));
  }
}

/** An ARN ends with the role's name. A name alone counts only in a property that expects a role. */
function namesIn(at: string, text: string): string[] {
  const ofArns = [...text.matchAll(/:role\/([\w+=,.@/-]+)/g)].map(([, path]) => path.slice(path.lastIndexOf('/') + 1));
  return /role/i.test(at) ? [text, ...ofArns] : ofArns;
}

/** Literal names of other stacks add no dependency between stacks. */
function topOf(construct: IConstruct): Stack {
  const top = (stack: Stack): Stack => stack.nestedStackParent === undefined ? stack : top(stack.nestedStackParent);
  return top(Stack.of(construct));
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  map.set(key, [...map.get(key) ?? [], value]);
}
