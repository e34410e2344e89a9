import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { releaseFaults } from '@datagym/tools/release/checkRelease';

const CHANGELOG = '# Changelog\n\n## 0.2.0 - 2026-12-01\n\n### Added\n\n## 0.1.0 (unreleased)\n';

describe('A release', () => {
	test('goes out when tag, version and changelog agree', () => {
		expect(releaseFaults({ tag: 'v0.2.0', version: '0.2.0', changelog: CHANGELOG })).toEqual([]);
	});

	test.each([
		['another tag', { tag: 'v0.2.1', version: '0.2.0' }, /it must be v0\.2\.0/],
		['a tag without its letter', { tag: '0.2.0', version: '0.2.0' }, /it must be v0\.2\.0/],
		['no section', { tag: 'v0.3.0', version: '0.3.0' }, /no section 0\.3\.0/],
		['a section without a date', { tag: 'v0.1.0', version: '0.1.0' }, /no date/],
		['a version that only looks like one', { tag: 'v1.2', version: '1.2' }, /no semantic version/],
	])('is stopped by %s', (_, release, fault) => {
		expect(releaseFaults({ ...release, changelog: CHANGELOG })).toEqual([expect.stringMatching(fault)]);
	});
});

interface Workflow {
	on: { push: { tags?: string[] } };
	permissions: Record<string, string>;
	jobs: Record<
		string,
		{ needs?: string; permissions?: Record<string, string>; steps: { uses?: string; run?: string }[] }
	>;
}

const workflow = (name: string) =>
	parse(readFileSync(join(__dirname, '..', '..', '.github', 'workflows', name), 'utf8')) as Workflow;

describe('The workflows on GitHub', () => {
	test.each(['ci.yml', 'release.yml'])('%s pins each action to a commit, and may read only', (name) => {
		const { permissions, jobs } = workflow(name);
		const used = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
		expect(used.length).toBeGreaterThan(0);
		expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(action))).toEqual([]);
		expect(permissions).toEqual({ contents: 'read' });
	});

	test('check everything that .ci/run checks', () => {
		for (const name of ['ci.yml', 'release.yml'])
			expect(workflow(name).jobs.check?.steps.map(({ run }) => run)).toContain('.ci/run');
	});

	test('publish a tag after the checks only, with provenance', () => {
		const { on, jobs } = workflow('release.yml');
		expect(on.push.tags).toEqual(['v[0-9]+.[0-9]+.[0-9]+*']);
		expect(jobs.publish).toMatchObject({ needs: 'check', permissions: { contents: 'read', 'id-token': 'write' } });
		const runs = jobs.publish?.steps.map(({ run = '' }) => run) ?? [];
		expect(runs.filter((run) => run.startsWith('npm publish'))).toEqual([
			expect.stringContaining('--provenance --access public'),
		]);
		expect(jobs.check?.steps.map(({ run }) => run)).toEqual(
			expect.arrayContaining(['npm run release -- check', 'npm run release -- audit --strict']),
		);
	});
});
