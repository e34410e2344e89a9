import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { refused, unreachable } from '@datagym/client/errors';
import { ROOT } from '../paths';

/** An error that a user can see, as the sources have it; `…` stands for what is only known when it happens. */
export interface Message {
	file: string;
	message: string;
	remedy: string;
}

const FOLDERS = ['client', 'credentials', 'nodes', 'shared'];
/** What makes an error of its first two arguments. */
const MAKERS = new Set(['InputError', 'say']);
const UNKNOWN = '…';
const ANY_REQUEST = { method: 'GET', path: '' };

/** All of them, in the order of the sources: the keys of the server's errors, faults of the connection, and wrong input. */
export function collectMessages(): Message[] {
	return FOLDERS.flatMap((folder) =>
		readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
	)
		.filter((file) => file.endsWith('.ts'))
		.sort()
		.flatMap((file) => messagesOf(file, readFileSync(join(ROOT, file), 'utf8')));
}

export function messagesOf(file: string, source: string): Message[] {
	const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
	const constants = constantsOf(tree);
	const found: Message[] = [];
	const add = (message: ts.Expression | undefined, remedy: ts.Expression | string | undefined, before = '') => {
		if (message === undefined) return;
		const remedies = typeof remedy === 'object' ? variantsOf(remedy, constants) : [remedy ?? ''];
		variantsOf(message, constants)
			.map((text) => (before + text).replace(/…+/g, UNKNOWN))
			.filter(saysSomething)
			.forEach((text, index) =>
				found.push({ file, message: text, remedy: (remedies[index] ?? remedies[0] ?? '').replace(/…+\.?/g, UNKNOWN) }),
			);
	};
	const visit = (node: ts.Node): void => {
		if (ts.isClassDeclaration(node) && node.heritageClauses?.some(isOfMakers) === true) {
			forEachSuperCall(node, ([message, remedy]) => add(message, remedy));
		} else if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && ts.isIdentifier(node.expression)) {
			const maker = node.expression.text;
			if (MAKERS.has(maker)) add(node.arguments?.[0], node.arguments?.[1]);
			else if (maker === 'Error') add(node.arguments?.[0], undefined);
			else if (maker === 'NodeOperationError') {
				const [, message, settings] = node.arguments ?? [];
				const hasSettings = settings !== undefined && ts.isObjectLiteralExpression(settings);
				add(message, hasSettings ? valueOf(settings, 'description') : undefined);
			}
		} else if (ts.isObjectLiteralExpression(node)) {
			add(valueOf(node, 'message'), valueOf(node, 'remedy'));
			// What is wrong with a link (client/links.ts).
			add(valueOf(node, 'what'), valueOf(node, 'remedy'), `The link ${UNKNOWN} `);
		} else if (ts.isVariableDeclaration(node) && node.name.getText() === 'CONNECTION_PROBLEMS') {
			forEachProperty(node, ({ name, initializer }) => {
				if (!ts.isObjectLiteralExpression(initializer)) return;
				const code = ts.isComputedPropertyName(name) ? constants.get(name.expression.getText()) : name.getText();
				add(valueOf(initializer, 'problem'), remedyOfCode(code ?? ''));
			});
		} else if (ts.isFunctionDeclaration(node) && node.name?.text === 'explainDetail') {
			forEachReturn(node, (value) => add(value, remedyOfRejection(), 'DataGym rejected a value: '));
		}
		ts.forEachChild(node, visit);
	};
	visit(tree);
	return found;
}

/** Whether a class makes its error of the arguments of `super`. */
function isOfMakers({ types }: ts.HeritageClause): boolean {
	return types.some(({ expression }) => ts.isIdentifier(expression) && MAKERS.has(expression.text));
}

function forEachSuperCall(node: ts.Node, use: (args: readonly ts.Expression[]) => void): void {
	if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword) use(node.arguments);
	ts.forEachChild(node, (child) => forEachSuperCall(child, use));
}

/** What the client says to do about a failed connection, which depends on its code (client/errors.ts). */
function remedyOfCode(code: string): string {
	return unreachable(ANY_REQUEST, code).failure.remedy;
}

/** What the client says to do about a value that the server does not take (client/errorCatalog.ts). */
function remedyOfRejection(): string {
	return refused(ANY_REQUEST, 400, { key: 'ex_validation' }).failure.remedy;
}

/** Texts that an expression can become. */
function variantsOf(expression: ts.Expression, constants: ReadonlyMap<string, string>): string[] {
	if (ts.isStringLiteralLike(expression)) return [expression.text];
	if (ts.isParenthesizedExpression(expression)) return variantsOf(expression.expression, constants);
	if (ts.isConditionalExpression(expression))
		return [expression.whenTrue, expression.whenFalse].flatMap((branch) => variantsOf(branch, constants));
	if (ts.isIdentifier(expression)) return [constants.get(expression.text) ?? UNKNOWN];
	if (!ts.isTemplateExpression(expression)) return [UNKNOWN];
	return expression.templateSpans.reduce(
		(texts, span) => {
			const variants = variantsOf(span.expression, constants).filter((variant) => variant !== UNKNOWN);
			const parts = variants.length === 0 ? [UNKNOWN] : variants.includes('') ? [''] : variants;
			return texts.flatMap((text) => parts.map((part) => text + part + span.literal.text));
		},
		[expression.head.text],
	);
}

function constantsOf(tree: ts.SourceFile): Map<string, string> {
	const constants = new Map<string, string>();
	for (const statement of tree.statements.filter(ts.isVariableStatement)) {
		for (const { name, initializer } of statement.declarationList.declarations) {
			if (initializer !== undefined && ts.isStringLiteralLike(initializer))
				constants.set(name.getText(), initializer.text);
		}
	}
	return constants;
}

function valueOf(object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
	return object.properties.filter(ts.isPropertyAssignment).find((property) => property.name.getText() === name)
		?.initializer;
}

function forEachProperty(node: ts.Node, act: (property: ts.PropertyAssignment) => void): void {
	if (ts.isPropertyAssignment(node)) act(node);
	ts.forEachChild(node, (child) => forEachProperty(child, act));
}

function forEachReturn(node: ts.Node, act: (value: ts.Expression) => void): void {
	if (ts.isReturnStatement(node) && node.expression !== undefined) act(node.expression);
	ts.forEachChild(node, (child) => forEachReturn(child, act));
}

/** Not a text that only wraps another one. */
function saysSomething(text: string): boolean {
	return (text.match(/\p{L}{2,}/gu) ?? []).length >= 2;
}
