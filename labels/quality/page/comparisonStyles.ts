import { Html } from '../../preview/html';
import type { PreviewClass } from '../../preview/previewClasses';
import { styleSheet } from '../../preview/styleSheet';
import { MISTAKES, VERDICTS } from './mistakes';

/** The page's style sheet: that of the preview, and what is drawn here only. Class names are numbers, colors are checked ones. */
export function comparisonStyles(classes: readonly PreviewClass[], imageWidth: number): Html {
	const verdicts = VERDICTS.map(
		(verdict) => `body:has(#show-${verdict}:not(:checked)) .picture .${verdict}{display:none}`,
	);
	const filters = MISTAKES.map(
		(mistake) => `body:has(#only-${mistake}:checked) figure:not(.has-${mistake}){display:none}`,
	);
	return new Html(`${styleSheet(classes, imageWidth).text}${STYLES}${[...verdicts, ...filters].join('\n')}\n`);
}

/** Colors that people with any color vision can tell apart (Okabe and Ito), lighter where they lie on photographs. */
const STYLES = `
.missed{--ink:#f5a300;--edge:#000}.extra{--ink:#ff5db1;--edge:#000}.confused{--ink:#f4e23c;--edge:#000}.matched{--ink:#45aaf2;--edge:#000}
.notice{margin-top:6px;color:var(--warn);overflow-wrap:anywhere}
.all{--ink:var(--text)}
.numbers{display:grid;grid-template-columns:repeat(auto-fit,minmax(120px,1fr));gap:12px;margin-bottom:16px}
.numbers div{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 14px}
.numbers b{display:block;font-size:1.5rem;line-height:1.3;font-variant-numeric:tabular-nums}
.filter{position:sticky;top:0;z-index:2;display:flex;flex-wrap:wrap;gap:6px 32px;justify-content:space-between;margin-bottom:16px}
.filter fieldset{display:flex;flex-wrap:wrap;gap:4px 16px;border:0;margin:0;padding:0;min-width:0}
.filter legend{float:left;padding:0;margin-right:14px;color:var(--quiet)}
.filter label{display:inline-flex;gap:6px;align-items:center;cursor:pointer}
.line-kind{flex:none;width:24px;border-top:3px solid var(--text)}
.line-kind.dashed{border-top-style:dashed}
.predicted .ink,.predicted .edge{stroke-dasharray:7 5}
.truth .ink{fill-opacity:.08}
.predicted.point .ink,.predicted.point .edge{stroke-dasharray:none}
.predicted.point .ink{stroke-width:4px}
.labels .missed .ink,.labels .extra .ink,.labels .confused .ink{stroke-width:3px}
body:has(#show-truth:not(:checked)) .picture .truth,body:has(#show-predicted:not(:checked)) .picture .predicted{display:none}
body:has(#only-right:checked) figure:not(.all-right){display:none}
figcaption .status{border-width:2px}
.charts>*{min-width:0}
.matrix-card{grid-column:1/-1}
.wide{overflow-x:auto;margin-top:8px}
table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums}
th,td{padding:4px 9px;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line)}
th[scope=row],thead th:first-child{text-align:left;position:sticky;left:0;background:var(--card)}
thead th{font-weight:600;color:var(--quiet)}
.matrix td{text-align:center;min-width:42px;border:1px solid var(--line)}
.matrix thead td{border:0}
.matrix .none{color:var(--quiet)}
.matrix .right{background:color-mix(in srgb,#45aaf2 calc(var(--strength)*70%),var(--card))}
.matrix .wrong{background:color-mix(in srgb,#f5a300 calc(var(--strength)*70%),var(--card))}
.curve path{fill:none;stroke:var(--ink);stroke-width:1.8;stroke-linejoin:round}
.curve.all path{stroke-width:3}
.keys{display:flex;flex-wrap:wrap;gap:2px 14px;list-style:none;margin:8px 0 0;padding:0;font-size:13px}
.keys .swatch{margin-right:6px}
.keys .swatch+bdi{margin-left:0}
@media (min-width:1000px){.charts{grid-template-columns:minmax(0,2fr) minmax(0,3fr)}}
@media (max-width:600px){.charts{display:block}.charts>*{margin-bottom:16px}.filter{position:static}.numbers{grid-template-columns:repeat(3,minmax(0,1fr));gap:8px}.numbers div{padding:8px 10px}.numbers b{font-size:1.15rem}.filter legend{float:none;width:100%}.filter label{min-height:32px}}
@media print{.filter{display:none}}
`;
