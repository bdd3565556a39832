import { CfnResource, Stack } from 'aws-cdk-lib';
import { ForChecks } from './for-checks';

/** A resource as it appears in the template. */
export interface RenderedResource {
  readonly Properties: Record<string, unknown>;
}

/** Renders a resource with all overrides. */
export function rendered(resource: CfnResource): RenderedResource {
  const { _toCloudFormation: render } = resource as unknown as { _toCloudFormation(): object };
  const { Resources: resources } = Stack.of(resource).resolve(render.call(resource)) as { Resources: Record<string, RenderedResource> };
  return Object.values(resources)[0];
}

const CHECKED = new ForChecks<CfnResource, RenderedResource>(rendered);

/** Renders a resource for the checks. The next `uses` calls of `asChecked` return this result instead of rendering again. */
export function renderedForCheck(resource: CfnResource, uses: number): RenderedResource {
  return CHECKED.compute(resource, uses);
}

/** The resource as rendered for the checks. Renders it again if there is no stored result, or it was used up. */
export function asChecked(resource: CfnResource): RenderedResource {
  return CHECKED.take(resource);
}

/** What CloudFormation does when a resource is deleted or replaced. */
export function removal(resource: CfnResource): unknown[] {
  const { rawOverrides } = resource as unknown as { rawOverrides: Record<string, unknown> };
  const { deletionPolicy, updateReplacePolicy } = resource.cfnOptions;
  return [rawOverrides.DeletionPolicy ?? deletionPolicy, rawOverrides.UpdateReplacePolicy ?? updateReplacePolicy];
}

/** What an escape hatch changed of a resource besides its properties: its type, its condition, its dependencies. */
export function reshaped(resource: CfnResource): string[] {
  const { rawOverrides } = resource as unknown as { rawOverrides: Record<string, unknown> };
  return [
    ...Object.keys(rawOverrides).filter((key) => !['Properties', 'Metadata', 'DeletionPolicy', 'UpdateReplacePolicy'].includes(key)),
    ...(resource.cfnOptions.condition === undefined ? [] : ['Condition']),
  ];
}

/** Properties that an escape hatch changed. */
export function overrides(resource: CfnResource): Record<string, unknown> {
  const { rawOverrides: { Properties: properties } } = resource as unknown as { rawOverrides: { Properties?: Record<string, unknown> } };
  return properties ?? {};
}
