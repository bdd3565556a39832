import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { cx_api } from 'aws-cdk-lib';

/** Uploads a stack's files to the bucket that the template names, as the `cdk` command does. */
export class Assets {
  private readonly uploaded = new Map<string, Promise<unknown>>();

  public constructor(private readonly s3: S3Client, private readonly account: string, private readonly region: string) {}

  /** Creates the bucket, where no bootstrap stack brings it. */
  public async createBucket(): Promise<void> {
    await this.s3.send(new CreateBucketCommand({ Bucket: this.bucket }));
  }

  /** Uploads what isn't there yet: the stack's template, templates of nested stacks and code. Returns the template's URL. */
  public async publish(stack: cx_api.CloudFormationStackArtifact): Promise<string> {
    const manifests = stack.dependencies.filter((artifact) => cx_api.AssetManifestArtifact.isAssetManifestArtifact(artifact));
    const files = manifests.flatMap(({ file, contents }) =>
      Object.values(contents.files ?? {}).map((found) => ({ folder: dirname(file), ...found })));
    await Promise.all(files.flatMap(({ folder, source: { path, packaging }, destinations }) => Object.values(destinations)
      .map(({ bucketName, objectKey }) => this.once(this.named(bucketName), objectKey, join(folder, path!), packaging === 'zip'))));
    return this.named(stack.stackTemplateAssetObjectUrl!).replace(/^s3:\/\//, `https://s3.${this.region}.amazonaws.com/`);
  }

  /** Uploads code of a former version under the key that its templates name. The folder is a temporary one. */
  public async uploadCode(key: string, files: Readonly<Record<string, string>>, folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
    await this.upload(this.bucket, key, folder, true);
  }

  /** Uploads a template that is too long for a request, and returns its URL. */
  public async uploadTemplate(Key: string, Body: string): Promise<string> {
    await this.s3.send(new PutObjectCommand({ Bucket: this.bucket, Key, Body }));
    return `https://s3.${this.region}.amazonaws.com/${this.bucket}/${Key}`;
  }

  /** The keys are hashes of the content. */
  private once(Bucket: string, Key: string, path: string, isFolder: boolean): Promise<unknown> {
    const earlier = this.uploaded.get(Key);
    const upload = earlier ?? this.upload(Bucket, Key, path, isFolder);
    this.uploaded.set(Key, upload);
    return upload;
  }

  private async upload(Bucket: string, Key: string, path: string, isFolder: boolean): Promise<void> {
    const Body = await readFile(isFolder ? await zipped(path) : path);
    await this.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  }

  private get bucket(): string {
    return `cdk-hnb659fds-assets-${this.account}-${this.region}`;
  }

  private named(text: string): string {
    return cx_api.EnvironmentPlaceholders.replace(text, { accountId: this.account, region: this.region, partition: 'aws' });
  }
}

/** Zips what is in a folder, and returns the file's path. The emulator needs Python anyway. */
async function zipped(folder: string): Promise<string> {
  const archive = `${folder}.zip`;
  await promisify(execFile)('python3', ['-m', 'zipfile', '-c', archive, ...readdirSync(folder)], { cwd: folder });
  return archive;
}
