import { aws_iam as iam, CfnResource, DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Reference, StringConcat, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** A value mentioned in another, and where: property names joined by dots. */
interface Mention<T> {
  readonly at: string;
  readonly what: T;
}

export interface Contents {
  readonly references: readonly Mention<Reference>[];
  readonly texts: readonly Mention<string>[];
}

/**
 * The references and literal texts in a value, including those in tokens of every form. Policy documents are read without rendering them, because
 * rendering would freeze and merge their statements.
 */
export function contentsOf(scope: IConstruct, value: unknown): Contents {
  const finder = new ReferenceFinder();
  const resolved: unknown = Tokenization.resolve(value, { scope, resolver: finder, preparing: true });
  return { references: finder.references, texts: textsIn(resolved, '') };
}

interface ResourceInternals {
  readonly cfnProperties: Record<string, unknown>;
  readonly rawOverrides: { Properties?: Record<string, unknown> };
}

/** What the properties of a resource mention, overrides included. `names` restricts the properties by name. */
export function propertyContents(resource: CfnResource, names?: RegExp): Contents {
  const { cfnProperties, rawOverrides } = resource as unknown as ResourceInternals;
  const parts = [cfnProperties, rawOverrides.Properties].filter((properties) => properties !== undefined).map((properties) =>
    contentsOf(resource, names === undefined ? properties : Object.fromEntries(Object.entries(properties).filter(([name]) => names.test(name)))));
  return { references: parts.flatMap(({ references }) => references), texts: parts.flatMap(({ texts }) => texts) };
}

/** Names of the properties that `addPropertyOverride` and the like change. */
export function overriddenNames(resource: CfnResource): string[] {
  return Object.keys((resource as unknown as ResourceInternals).rawOverrides.Properties ?? {});
}

class ReferenceFinder extends DefaultTokenResolver {
  public readonly references: Mention<Reference>[] = [];

  public constructor() {
    super(new StringConcat());
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    if (Reference.isReference(token)) {
      this.references.push({ at: context.documentPath.join('.'), what: token });
      return undefined;
    }
    return isPolicyDocument(token)
      ? context.resolve(statementsOf(token).map((statement) => statement.toStatementJson()))
      : super.resolveToken(token, context, postProcessor);
  }
}

/** Also recognizes documents of another copy of aws-cdk-lib. */
export function isPolicyDocument(token: object): token is iam.PolicyDocument {
  return token instanceof iam.PolicyDocument || (token.constructor.name === 'PolicyDocument' && Array.isArray((token as { statements?: unknown }).statements));
}

/** The statements are private. The document's public methods only return them rendered. */
export function statementsOf(document: iam.PolicyDocument): iam.PolicyStatement[] {
  return (document as unknown as { statements: iam.PolicyStatement[] }).statements;
}

function textsIn(value: unknown, at: string): Mention<string>[] {
  if (typeof value === 'string') {
    return [{ at, what: value }];
  }
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, part]) => textsIn(part, at === '' ? key : `${at}.${key}`))
    : [];
}
