import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { READABLE_FORMATS, WRITABLE_FORMATS } from '@datagym/labels/formats/catalog';

const ROOT = join(__dirname, '..', '..');

/** The judges of formats that only DataGym itself, or nobody else, reads and writes. */
const OWN_JUDGES: Readonly<Record<string, string>> = {
	dataGym: 'test/labels/datagym/export.test.ts',
	plainBoxes: 'test/labels/formats/predictions.test.ts',
	// Their files were read by supervision and as the models' own code does, their answers come from fixtures of the models.
	florence2Jsonl: 'test/readers/test_instructions.py',
	paliGemmaJsonl: 'test/readers/test_instructions.py',
	qwen25VlJsonl: 'test/readers/test_instructions.py',
	qwen3VlJsonl: 'test/readers/test_instructions.py',
};

/** Python's tests of formats, which name the folder of a format's dataset in quotes. */
const judges = readdirSync(__dirname)
	.filter((file) => /^test_(?!files)\w+\.py$/.test(file))
	.map((file) => ({ file, text: readFileSync(join(__dirname, file), 'utf8') }));

test.each(WRITABLE_FORMATS)('A dataset as $key is judged by readers that are not ours', ({ key }) => {
	const own = OWN_JUDGES[key];
	if (own !== undefined) return expect(existsSync(join(ROOT, own))).toBe(true);
	expect(judges.filter(({ text }) => text.includes(`"${key}"`)).map(({ file }) => file)).not.toEqual([]);
});

/** Answers as the documentation of models shows them, with the true boxes (test/labels/formats/models.test.ts). */
const MODELS = join(ROOT, 'test', 'fixtures', 'models');
const documented = new Set(
	readdirSync(MODELS)
		.map((file) => JSON.parse(readFileSync(join(MODELS, file), 'utf8')) as { source?: string; expected?: string })
		.filter(({ source = '' }) => source !== '')
		.map(({ expected }) => expected),
);

test.each(READABLE_FORMATS)(
	'$key is read from samples that its own tools wrote, or their documentation shows',
	({ key }) => {
		const own = OWN_JUDGES[key];
		if (own !== undefined) return expect(existsSync(join(ROOT, own))).toBe(true);
		if (documented.has(key)) return;
		const sample = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
		const names = [sample, sample.replaceAll('-', '')];
		const samples = readdirSync(join(__dirname, 'fixtures'));
		expect(samples.filter((file) => names.some((name) => new RegExp(`^${name}[.-]`).test(file)))).not.toEqual([]);
	},
);
