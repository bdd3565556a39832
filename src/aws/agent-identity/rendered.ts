import { CfnResource, Stack } from 'aws-cdk-lib';

/** A resource as it will be in the template. */
export interface RenderedResource {
  readonly Properties: Record<string, unknown>;
}

/** A resource with all overrides. */
export function rendered(resource: CfnResource): RenderedResource {
  const { _toCloudFormation: render } = resource as unknown as { _toCloudFormation(): object };
  const { Resources: resources } = Stack.of(resource).resolve(render.call(resource)) as { Resources: Record<string, RenderedResource> };
  return Object.values(resources)[0];
}

const CHECKED = new WeakMap<CfnResource, RenderedResource>();

/** A resource as it is checked: what is made of it right after, by `asChecked`, need not render it again. */
export function renderedForCheck(resource: CfnResource): RenderedResource {
  const result = rendered(resource);
  CHECKED.set(resource, result);
  return result;
}

/** A resource as it was checked, once; if it wasn't, as it is now. */
export function asChecked(resource: CfnResource): RenderedResource {
  const result = CHECKED.get(resource) ?? rendered(resource);
  CHECKED.delete(resource);
  return result;
}

/** What CloudFormation does with a resource when it goes, and with one that was replaced. */
export function removal(resource: CfnResource): unknown[] {
  const { rawOverrides } = resource as unknown as { rawOverrides: Record<string, unknown> };
  const { deletionPolicy, updateReplacePolicy } = resource.cfnOptions;
  return [rawOverrides.DeletionPolicy ?? deletionPolicy, rawOverrides.UpdateReplacePolicy ?? updateReplacePolicy];
}

/** What an escape hatch changed of a resource beside its properties: its type, its condition, what it waits for. */
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
