import { GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { DELETION_CHECK_RESOURCE_TYPE, SCHEMA_VERSION } from '../../../../src/contract/lifecycle-resource';
import { resourcesIn } from '../../deployment/declared-agent';
import { Check, error, ok, warning } from '../check';

/** The registry accepts agents of the versions of the library up to its own. */
export const version: Check = {
  name: 'version',
  needs: ['cloudformation:DescribeStackResources', 'cloudformation:DescribeStacks', 'cloudformation:GetTemplate'],
  async look({ connection: { cloudFormation, registry }, stack }) {
    const { id, name } = await stack();
    const { TemplateBody: text = '' } = await cloudFormation.send(new GetTemplateCommand({ StackName: id, TemplateStage: 'Original' }));
    const deployed = Object.values(resourcesIn(name, text)).filter(({ Type: type }) => type === DELETION_CHECK_RESOURCE_TYPE)
      .map(({ Properties: properties }) => properties as { Registry?: unknown; SchemaVersion?: unknown } | undefined)
      .find((properties) => properties?.Registry === registry)?.SchemaVersion;
    if (typeof deployed !== 'string' || !/^\d+$/.test(deployed)) {
      return [error(`the template of stack ${name} does not say which schema version the registry has`, 'deploy the registry from an unchanged template of cdk-nhi-lifecycle')];
    }
    const seen = `the registry has schema version ${deployed}, this command ${SCHEMA_VERSION}`;
    return [Number(deployed) < Number(SCHEMA_VERSION)
      ? error(seen, `deploy stack ${name} with this version of cdk-nhi-lifecycle before any agent: the registry refuses agents of a newer version`)
      : Number(deployed) > Number(SCHEMA_VERSION) ? warning(seen, 'update cdk-nhi-lifecycle here: an older command may not show everything') : ok(seen)];
  },
};
