import {
  aws_iam as iam, Aspects, CfnResource, DefaultTokenResolver, IAspect, IPostProcessor, IResolvable, IResolveContext, Stack, Stage,
  StringConcat, Token, Tokenization,
} from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { isDormantMark } from './dormant-mark';
import { isPolicyDocument, statementsOf } from '../iam/contents';

/** After aspects that add grants (500) and before the tree is only read (1000). */
const PRIORITY = 900;

/** Resource types whose policies are written without asking the principal, or that represent one grant as a whole. */
const WHOLE_GRANTS = ['AWS::Lambda::Permission', 'AWS::Events::EventBusPolicy'];
const MAY_HOLD_POLICY = /Polic|Key$|Permission|Repository|Table|Secret|Topic|Queue|Stream|EventBus|StateMachine|Domain|FileSystem|Vault|LogGroup|VPCEndpoint|RestApi|AccessPoint/;

/**
 * Removes the statements of dormant principals before rendering. Some constructs write resource policies without asking the principal: a key with its
 * own policy, a secret with a key, grants across environments.
 */
export class StripDormant implements IAspect {
  /** Installed once for each CDK Stage, because an aspect of the app doesn't reach into a Stage. */
  public static install(scope: IConstruct): void {
    const root = Stage.of(scope) ?? scope.node.root;
    if (!StripDormant.installed.has(root)) {
      StripDormant.installed.add(root);
      Aspects.of(root).add(new StripDormant(), { priority: PRIORITY });
    }
  }

  private static readonly installed = new WeakSet<IConstruct>();

  public visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node) || !MAY_HOLD_POLICY.test(node.cfnResourceType)) {
      return;
    }
    const properties = (node as unknown as { cfnProperties: Record<string, unknown> }).cfnProperties;
    if (WHOLE_GRANTS.includes(node.cfnResourceType)) {
      if (isDormantMark(Stack.of(node).resolve(properties))) {
        remove(node);
      }
      return;
    }
    const leftEmpty = [
      stripPlain(properties),
      ...documentsIn(node, properties).map((document) => stripDocument(document) && document.isEmpty),
    ];
    // A policy without statements is invalid.
    if (leftEmpty.includes(true) && /Policy$/.test(node.cfnResourceType)) {
      remove(node);
    }
  }
}

/** Finds documents without rendering them, because rendering would freeze and merge their statements. */
function documentsIn(scope: CfnResource, properties: unknown): iam.PolicyDocument[] {
  const finder = new DocumentFinder();
  Tokenization.resolve(properties, { scope, resolver: finder, preparing: true });
  return finder.documents;
}

class DocumentFinder extends DefaultTokenResolver {
  public readonly documents: iam.PolicyDocument[] = [];

  public constructor() {
    super(new StringConcat());
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    if (isPolicyDocument(token)) {
      this.documents.push(token);
      return undefined;
    }
    return super.resolveToken(token, context, postProcessor);
  }
}

/** Replaces statements in place, which is the only way to keep the other principals of a merged statement. */
function stripDocument(document: iam.PolicyDocument): boolean {
  const statements = statementsOf(document);
  let found = false;
  const kept = statements.flatMap((statement) => {
    const others = statement.principals.filter((principal) => !isDormantMark(principal.policyFragment.principalJson));
    if (others.length === statement.principals.length) {
      return [statement];
    }
    found = true;
    return others.length === 0 ? [] : [statement.copy({ principals: others })];
  });
  if (found) {
    statements.splice(0, statements.length, ...kept);
  }
  return found;
}

/** Handles L1 resources that contain plain JSON. Returns whether a list of statements became empty. */
function stripPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Tokenization.isResolvable(value)) {
    return false;
  }
  const record = value as Record<string, unknown>;
  const becameEmpty = ['Statement', 'statement'].map((key) => {
    const statements = record[key];
    if (!Array.isArray(statements) || statements.length === 0) {
      return false;
    }
    const kept = statements.flatMap(withoutMark);
    record[key] = kept;
    return kept.length === 0;
  });
  return [...becameEmpty, ...Object.values(record).map(stripPlain)].includes(true);
}

function withoutMark(statement: unknown): unknown[] {
  const { Principal: principal } = statement as { Principal?: { AWS?: unknown } };
  if (principal === undefined || Token.isUnresolved(principal) || !isDormantMark(principal)) {
    return [statement];
  }
  const others = [principal.AWS].flat().filter((arn) => !isDormantMark(arn));
  return others.length === 0 ? [] : [{ ...(statement as object), Principal: { ...principal, AWS: others } }];
}

function remove(node: CfnResource): void {
  node.node.scope?.node.tryRemoveChild(node.node.id);
}
