import { IConstruct } from 'constructs';
import { asRendered, TerraformResource, TerraformStack } from './cdktf';
import { IGoogleProvider } from './google-provider';
import { InvalidInputError } from '../core/errors';
import { allTexts, Kind, requireKind } from '../core/kind';
import { shown } from '../core/shown';

const PROVIDER: Kind<IGoogleProvider> = {
  isOne: ({ fqn, terraformResourceType, node }) => allTexts(fqn, terraformResourceType) && typeof node === 'object',
  use: "new GoogleProvider(stack, 'own', { alias: 'own', ... }) of @cdktf/provider-google",
};

/** As Terraform reads it: `google` or `google.<alias>`. */
const NAME = /^(?:\$\{)?google(?:\.[A-Za-z_][\w-]*)?\}?$/;

/**
 * Checks and returns the provider of a construct's resources.
 *
 * @throws InvalidInputError `WrongType`, `ProviderNotGoogle`, `ProviderElsewhere`
 */
export function requireProvider(scope: IConstruct, provider: IGoogleProvider | null | undefined): IGoogleProvider | undefined {
  if (provider === undefined || provider === null) {
    return undefined;
  }
  const { fqn, terraformResourceType: type, node } = requireKind('provider', provider, PROVIDER);
  if (type !== 'google' || !NAME.test(asRendered(scope, fqn))) {
    throw new InvalidInputError('ProviderNotGoogle', `provider ${node.path} is of the type ${shown(type)}: use ${PROVIDER.use}`);
  }
  if (TerraformStack.of(provider) !== TerraformStack.of(scope)) {
    throw new InvalidInputError('ProviderElsewhere', `provider ${node.path} belongs to another stack, and Terraform configures each stack by itself: use a provider of this stack`);
  }
  return provider;
}

/** Lets the provider manage all of Google's resources in a construct. Without one, Terraform takes the stack's provider without an alias. */
export function useProvider(scope: IConstruct, provider: IGoogleProvider | undefined): void {
  if (provider === undefined) {
    return;
  }
  scope.node.findAll()
    .filter((node): node is TerraformResource => TerraformResource.isTerraformResource(node) && node.terraformResourceType.startsWith('google_'))
    .forEach((resource) => {
      resource.provider = provider as TerraformResource['provider'];
    });
}
