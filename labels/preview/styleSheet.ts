import { Html } from './html';
import type { PreviewClass } from './previewClasses';

/** The page's style sheet. Nothing of the user's is in it: class names are numbers, colors are checked ones. */
export function styleSheet(classes: readonly PreviewClass[], imageWidth: number): Html {
	const colors = classes.map(({ css, color }) => `.${css}{--ink:${color.ink};--edge:${color.edge}}`);
	const switches = classes.map(({ css }) => `body:has(#show-${css}:not(:checked)) .picture .${css}{display:none}`);
	const width = Math.round(imageWidth);
	return new Html(
		`${STYLES}.images{--tallest:${width}px;grid-template-columns:repeat(auto-fill,minmax(min(100%,${width}px),1fr))}\n${[...colors, ...switches].join('\n')}\n`,
	);
}

const STYLES = `
:root{color-scheme:light dark;--page:#f3f4f6;--card:#fff;--text:#1b1f24;--quiet:#5c6670;--line:#d8dde3;--plain:#5b7fb5;--warn:#8a4b00;--blank:#e5e8ec;--focus:#1f6feb}
@media (prefers-color-scheme:dark){:root{--page:#14171a;--card:#1e2226;--text:#e6e9ec;--quiet:#9aa4ae;--line:#363c43;--plain:#7fa3d8;--warn:#f0b060;--blank:#2a2f35;--focus:#6ea8ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.45 system-ui,sans-serif}
main{max-width:1680px;margin:0 auto;padding:20px}
h1{font-size:1.6rem;margin:0;overflow-wrap:anywhere}
h2{font-size:1rem;margin:0}
p{margin:0}
header{margin-bottom:16px}
.quiet,small,dt{color:var(--quiet)}
.card,figure{background:var(--card);border:1px solid var(--line);border-radius:8px}
.card{padding:12px 16px}
.cut{margin-bottom:16px;color:var(--warn)}
body:has(input) .cut,body:not(:has(input)) :is(.charts,.frame,.others,.enlarge,.filters,.count,.pages){display:none}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,320px),1fr));gap:16px;align-items:start;margin-bottom:16px}
.stack{display:grid;gap:16px;align-content:start}
.charts svg{display:block;width:100%;max-width:480px;margin-top:8px;font-size:12px;fill:var(--text)}
.charts text{dominant-baseline:central;unicode-bidi:plaintext}
.charts .name{text-anchor:end}
.charts .below{text-anchor:middle;fill:var(--quiet)}
.charts rect{fill:var(--ink,var(--plain));stroke:var(--line);stroke-width:.5}
.axis{stroke:var(--line);fill:none}
:is(a,input,select,summary):focus-visible{outline:2px solid var(--focus);outline-offset:2px}
a{color:inherit;text-decoration-color:var(--line);text-underline-offset:3px}
a:hover{text-decoration-color:currentcolor}
.bar{position:sticky;top:0;z-index:2;display:flex;flex-wrap:wrap;gap:4px 32px;justify-content:space-between;max-height:25vh;overflow:auto;margin-bottom:16px}
.bar ul{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;margin:0;padding:0}
.bar label,.enlarge{cursor:pointer}
.bar label{display:inline-flex;gap:6px;align-items:center;overflow-wrap:anywhere}
.filters{display:flex;flex-wrap:wrap;gap:8px 20px;width:100%;padding-bottom:10px;margin-bottom:6px;border-bottom:1px solid var(--line)}
.choice{display:flex;gap:6px;align-items:center}
.choice label{color:var(--quiet)}
select{font:inherit;max-width:16em;padding:3px 6px;border:1px solid var(--line);border-radius:6px;background:var(--page);color:var(--text)}
input{accent-color:var(--plain);margin:0}
.pages{display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center;margin:16px 0}
.numbers{display:flex;flex-wrap:wrap;gap:4px}
.pages a{padding:4px 10px;border:1px solid var(--line);border-radius:6px;background:var(--card);text-decoration:none}
.pages a[aria-current]{background:var(--text);color:var(--page);border-color:var(--text)}
.suspicious-images{margin-bottom:16px;padding:10px 16px}
.suspicious-images details{padding:0}
.suspicious-images ul{list-style:none;margin:6px 0 0;padding:0;display:flex;flex-wrap:wrap;gap:8px 20px;max-height:30vh;overflow:auto}
.suspicious-images li{margin:0}
.suspicious-images .mark{margin-right:6px}
.shown{display:flex;flex-direction:column;counter-reset:shown}
.count{order:-1;margin-bottom:8px}
.count::before{content:counter(shown)}
figure{counter-increment:shown;scroll-margin-top:27vh}
figure:target{outline:3px solid var(--focus);outline-offset:2px}
.swatch{flex:none;display:inline-block;width:12px;height:12px;border-radius:3px;background:var(--ink,var(--quiet));border:1px solid var(--line)}
.images{display:grid;gap:16px;align-items:start;reading-flow:grid-order}
figure{margin:0;overflow:hidden;min-width:0}
figure:has(.enlarge :checked){--tallest:94vh;grid-column:1/-1}
.frame{background:var(--blank)}
.picture{position:relative;overflow:hidden;margin:0 auto;aspect-ratio:var(--ratio);width:min(100%,calc(var(--tallest)*var(--ratio)))}
.picture img,.labels{display:block;width:100%;height:100%}
.labels{position:absolute;inset:0}
.frame p{padding:16px;color:var(--warn)}
.labels path{vector-effect:non-scaling-stroke;stroke-linejoin:round;stroke-linecap:round;fill-rule:evenodd}
.edge{stroke:var(--edge);stroke-opacity:.65;stroke-width:4px;fill:none}
.ink{stroke:var(--ink);stroke-width:2px;fill:var(--ink);fill-opacity:.13}
.nested .ink{stroke-dasharray:5 5}
.line .ink,.point .ink{fill:none}
.point .edge{stroke-opacity:.9;stroke-width:11px}
.point .ink{stroke-width:7px;stroke-dasharray:none}
.labels>g:hover .ink{fill-opacity:.4}
body:has(#show-areas:not(:checked)) .ink{fill:none}
.tag{position:absolute;max-width:60%;padding:0 5px;border-radius:3px;background:var(--ink);color:var(--edge);font-size:11px;line-height:16px;font-weight:600;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;transform:translateY(-100%);opacity:.92;pointer-events:none}
.tag.below{transform:none}
.tag.point{margin-top:-8px}
.tag.point.below{margin-top:8px}
body:has(#show-names:not(:checked)) .tags{display:none}
.flagged .edge{stroke:var(--issue);stroke-opacity:.95;stroke-width:7px}
.flagged.point .edge{stroke-width:16px}
.severity-high{--issue:#d92d20;--on-issue:#fff}.severity-medium{--issue:#f79009;--on-issue:#000}.severity-low{--issue:#fde047;--on-issue:#000}
.mark{display:inline-block;min-width:18px;padding:0 5px;border-radius:9px;background:var(--issue);color:var(--on-issue);font-size:11px;line-height:18px;font-weight:700;text-align:center;font-variant-numeric:tabular-nums;white-space:nowrap}
.flags .mark{position:absolute;transform:translate(-50%,-50%);box-shadow:0 0 0 1.5px #fff,0 0 0 2.5px #0008;pointer-events:none}
.issues{list-style:none;margin:0;padding:0 12px 8px;font-size:14px}
.issues li{display:flex;gap:8px;align-items:baseline;margin:4px 0;overflow-wrap:anywhere}
.issues .mark{flex:none}
.issues span span{color:var(--quiet)}
.issue-bar{--ink:#f79009}
figcaption{padding:10px 12px;overflow-wrap:anywhere}
figcaption strong{margin-right:6px}
figcaption .quiet{display:inline-block}
.enlarge{float:right;margin-left:12px;color:var(--quiet);font-size:13px}
.status{display:inline-block;padding:0 8px;border-radius:9px;font-size:12px;border:1px solid var(--ink);margin-right:6px}
.status-completed{--ink:#3f8fd2}.status-reviewed{--ink:#3a9a5b}.status-skipped,.status-reviewed_skip{--ink:#a0793a}
.status-in_progress,.status-waiting_changed{--ink:#9a6bc0}.status-waiting,.status-backlog,.status-other{--ink:#8a939c}
.note{padding:0 12px 8px;font-size:13px;color:var(--warn)}
dl{margin:0;padding:0 12px 8px;font-size:14px}
dl div{display:flex;flex-wrap:wrap;gap:0 8px}
dt::after{content:":"}
dd{margin:0;min-width:0;max-height:12em;overflow:auto;overflow-wrap:anywhere;white-space:pre-wrap}
dd bdi+bdi::before{content:"· "}
details{padding:0 12px 10px;font-size:14px}
details ul{list-style:none;margin:6px 0 0;padding:0}
details ul ul{margin:2px 0 0 18px}
details li{margin:3px 0;overflow-wrap:anywhere}
details dl{padding:0 0 0 18px}
summary{cursor:pointer;color:var(--quiet)}
.swatch+bdi{margin-left:6px}
body:has(input) .bar .swatch+bdi{margin-left:0}
@media (max-width:600px){main{padding:10px}.charts{display:flex;gap:10px;align-items:start;overflow-x:auto;scroll-snap-type:x proximity;margin:0 -10px 16px;padding:0 10px 4px}.charts>*{flex:0 0 86%;scroll-snap-align:center}.bar{position:static;max-height:none}.filters{display:grid;grid-template-columns:repeat(2,minmax(0,1fr))}.choice{display:grid;gap:2px;font-size:13px}select{width:100%;max-width:none;padding:9px 8px;font-size:16px}figure{scroll-margin-top:10px}.enlarge{display:none}.pages a{padding:9px 14px}}
@media print{:root{color-scheme:light;--page:#fff;--card:#fff;--text:#000;--quiet:#444;--line:#bbb;--warn:#8a4b00;--blank:#eee}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}main{max-width:none;padding:0}.bar{position:static;max-height:none}input,.enlarge,.others,.filters,.pages,.count{display:none}figure,.card{break-inside:avoid}}
`;
