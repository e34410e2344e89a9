export interface Release {
	/** As git has it, `v0.1.0`. */
	tag: string;
	/** In package.json. */
	version: string;
	/** The whole CHANGELOG.md. */
	changelog: string;
}

/** Of SemVer 2.0.0, without build metadata, which npm does not tell apart. */
const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?$/;

/** What speaks against publishing, a sentence each. */
export function releaseFaults({ tag, version, changelog }: Release): string[] {
	if (!VERSION.test(version)) return [`The version “${version}” in package.json is no semantic version.`];
	const heading = new RegExp(`^## \\[?${version.replace(/[.]/g, '\\.')}\\]?(.*)$`, 'm').exec(changelog);
	return [
		...(tag === `v${version}`
			? []
			: [`The tag is “${tag}”, but package.json says ${version}: it must be v${version}.`]),
		...(heading === null ? [`CHANGELOG.md has no section ${version}.`] : datedFaults(version, heading[1] ?? '')),
	];
}

function datedFaults(version: string, rest: string): string[] {
	return / \d{4}-\d{2}-\d{2}\s*$/.test(rest)
		? []
		: [`The section ${version} of CHANGELOG.md has no date: “## ${version} - 2026-11-30”.`];
}
