/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { EXAMPLES, readExample, type ExampleName } from '@datagym/tools/examples/workflows';
import { createProject } from '../emulator/setUp';
import { openExamples, type ExampleStage } from '../support/examples';

/** Examples that begin with what a project has, and how their first step says that it has nothing. */
const READERS: Partial<Record<ExampleName, { step: string; says: RegExp }>> = {
	'active-learning': { step: 'Find unlabeled tasks', says: /^No tasks: / },
	'labels-to-training': { step: 'Make YOLO archive', says: /no finished images/ },
	'nightly-archive-to-storage': { step: 'Create training dataset', says: /no finished images/ },
	'nightly-quality-gate': { step: 'Find finished tasks', says: /^No tasks: / },
	'second-opinion': { step: 'Get labels with crops', says: /^No labels yet: / },
	'segment-anything': { step: 'Find unlabeled tasks', says: /^No tasks: / },
	'vision-language-model': { step: 'Find unlabeled tasks', says: /^No tasks: / },
};

let stage: ExampleStage;

beforeAll(async () => {
	stage = await openExamples();
});
afterAll(async () => {
	await stage.close();
});

test.each(Object.entries(READERS))(
	'%s says of an empty project that there is nothing',
	async (name, { step, says }) => {
		const { id } = await createProject(stage.server, { name: name.replaceAll('-', ' ') });
		const run = await stage.run(name as ExampleName, { projectId: id });
		expect(run.hintsOf(step).map(({ message }) => message)).toEqual([expect.stringMatching(says)]);
	},
);

test('labels-to-training names the file that is missing among the photographs', async () => {
	const { id } = await createProject(stage.server, { name: 'Without photographs' });
	const { error } = await stage.run('labels-to-training', {
		projectId: id,
		photoFolder: stage.folder,
		outputFolder: stage.folder,
	});
	expect(error).toMatchObject({ message: expect.stringMatching(/data|binary/i) });
});

test('import-dataset fails where there is no archive', async () => {
	const { id } = await createProject(stage.server, { name: 'Without archive' });
	const { error } = await stage.run('import-dataset', { projectId: id, archive: `${stage.folder}/nothing.zip` });
	expect(error).toMatchObject({ node: 'Plan the import', message: expect.stringContaining('data') });
});

test('each example with tasks to find is among them', async () => {
	for (const name of EXAMPLES) {
		const { nodes } = await readExample(name);
		const finds = nodes.some(({ name: node, type }) => type.endsWith('.dataGym') && node.startsWith('Find '));
		if (finds && name !== 'model-evaluation') expect(Object.keys(READERS)).toContain(name);
	}
});
