import { createRequire } from 'node:module';
import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import { ESLint, type Linter } from 'eslint';

/** The parser for package.json, in the copy that n8n's own lint uses. */
const requireFromNodeCli = createRequire(require.resolve('@n8n/node-cli/eslint'));
const { parser } = requireFromNodeCli('typescript-eslint') as { parser: Linter.Parser };

/** Code that n8n Cloud refuses; the scan must find it, or else it looks at nothing. */
const FORBIDDEN = "setTimeout(() => require('fs').rmSync(process.env.HOME), 1);";

/**
 * Lints a published package with the rules of `@n8n/scan-community-package` 0.32, with which n8n judges packages for
 * verification: those of its lint that apply to built files, without regard to comments that switch rules off.
 *
 * @returns A line for each violation.
 */
export async function scanPackage(folder: string): Promise<string[]> {
	const scanner = new ESLint({
		cwd: folder,
		allowInlineConfig: false,
		overrideConfigFile: true,
		overrideConfig: [
			n8nCommunityNodesPlugin.configs.recommended as Linter.Config,
			{ rules: { 'no-console': 'error' } },
			{ files: ['**/*.json'], languageOptions: { parser } },
		],
	});
	const [planted] = await scanner.lintText(FORBIDDEN, { filePath: 'dist/planted.js' });
	if (!planted || planted.errorCount < 3) throw new Error('The scan missed a planted violation');
	const results = await scanner.lintFiles(['**/*.js', 'package.json']);
	return results.flatMap(({ filePath, messages }) =>
		messages
			.filter(({ severity }) => severity === 2)
			.map(({ line, ruleId, message }) => `${filePath.slice(folder.length + 1)}:${line} ${ruleId}: ${message}`),
	);
}
