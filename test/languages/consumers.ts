import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, Templates, templatesIn } from '../installed/consumers';
import { PROJECT } from '../installed/fresh-clone';

/** README's app in another language, built and synthesized. */
export interface Built {
  /** The aws-cdk-lib that the language's registry gave it. */
  readonly cdkVersion: string;
  readonly templates: Templates;
}

const SMALLEST = join(PROJECT, 'examples', 'smallest');
const GO_MODULE = 'github.com/cdk-nhi-lifecycle/cdk-nhi-lifecycle-go/cdknhilifecycle';

/** The newest version with which Maven Central served whole installs where these tests were written. Central gets CDK's releases later than npm. */
const JAVA = { cdk: '2.263.0', constructs: '10.8.1', compilerPlugin: '3.11.0', dependencyPlugin: '3.6.0' };

/** A new Go module with the package's module as it would be published; the modules that it needs come from the proxy, in the versions that it states. */
export async function goConsumer(folder: string, clone: string): Promise<Built> {
  mkdirSync(folder);
  await run(clone, process.execPath, 'build/in-fresh-clone.mjs', 'package:go');
  copyFileSync(join(SMALLEST, 'app.go'), join(folder, 'main.go'));
  const published = join(clone, 'dist', 'go', 'cdknhilifecycle');
  const [, goVersion] = /^go (\S+)$/m.exec(readFileSync(join(published, 'go.mod'), 'utf8'))!;
  writeFileSync(join(folder, 'go.mod'), `module consumer\n\ngo ${goVersion}\n\nrequire ${GO_MODULE} v0.0.0\n\nreplace ${GO_MODULE} => ${published}\n`);
  await run(folder, 'go', 'mod', 'tidy');
  await run(folder, 'go', 'build', '-o', 'app', '.');
  await run(folder, join(folder, 'app'));
  const version = await run(folder, 'go', 'list', '-m', '-f', '{{.Version}}', 'github.com/aws/aws-cdk-go/awscdk/v2');
  return { cdkVersion: version.trim().slice('v'.length), templates: templatesIn(join(folder, 'cdk.out')) };
}

/** A new Maven project with the package's artefact as it would be published; the artefacts that it needs come from Maven Central. */
export async function javaConsumer(folder: string, clone: string): Promise<Built> {
  const sources = join(folder, 'src', 'main', 'java');
  mkdirSync(sources, { recursive: true });
  await run(clone, process.execPath, 'build/in-fresh-clone.mjs', 'package:java');
  copyFileSync(join(SMALLEST, 'InvoiceBotApp.java'), join(sources, 'InvoiceBotApp.java'));
  writeFileSync(join(folder, 'pom.xml'), pom(join(clone, 'dist', 'java')));
  // A local repository of its own: in the user's, an earlier build of the same version would be used.
  await run(folder, 'mvn', '-B', '-q', `-Dmaven.repo.local=${join(folder, 'm2')}`, 'compile',
    `org.apache.maven.plugins:maven-dependency-plugin:${JAVA.dependencyPlugin}:build-classpath`, '-Dmdep.outputFile=classpath');
  const classpath = readFileSync(join(folder, 'classpath'), 'utf8').trim();
  await run(folder, 'java', '-cp', `${join('target', 'classes')}:${classpath}`, 'InvoiceBotApp');
  return { cdkVersion: JAVA.cdk, templates: templatesIn(join(folder, 'cdk.out')) };
}

function pom(repository: string): string {
  const dependency = (group: string, artifact: string, version: string): string => (
    `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`);
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>consumer</groupId><artifactId>consumer</artifactId><version>1</version>
  <properties><maven.compiler.release>17</maven.compiler.release><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>
  <repositories><repository><id>built</id><url>file://${repository}</url></repository></repositories>
  <dependencies>
    ${dependency('io.github.cdk-nhi-lifecycle', 'cdk-nhi-lifecycle', '0.0.0')}
    ${dependency('software.amazon.awscdk', 'aws-cdk-lib', JAVA.cdk)}
    ${dependency('software.constructs', 'constructs', JAVA.constructs)}
  </dependencies>
  <build><plugins><plugin>
    <groupId>org.apache.maven.plugins</groupId><artifactId>maven-compiler-plugin</artifactId><version>${JAVA.compilerPlugin}</version>
  </plugin></plugins></build>
</project>
`;
}
