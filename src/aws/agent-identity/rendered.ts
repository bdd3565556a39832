import { CfnResource, Stack } from 'aws-cdk-lib';

/** A resource as it will be in the template. */
export interface RenderedResource {
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** A resource with all overrides. */
export function rendered(resource: CfnResource): RenderedResource {
  const { _toCloudFormation: render } = resource as unknown as { _toCloudFormation(): object };
  const { Resources: resources } = Stack.of(resource).resolve(render.call(resource)) as { Resources: Record<string, RenderedResource> };
  return Object.values(resources)[0];
}

/** Properties that an escape hatch changed. */
export function overrides(resource: CfnResource): Record<string, unknown> {
  const { rawOverrides: { Properties: properties } } = resource as unknown as { rawOverrides: { Properties?: Record<string, unknown> } };
  return properties ?? {};
}
