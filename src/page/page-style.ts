/** How the parts look that the program of a page makes. */
export const pageStyle = `
h3{font-size:17px;margin:22px 0 6px}
button,select,input,textarea{font:inherit;color:var(--ink);background:var(--page);border:1px solid var(--quiet);border-radius:6px;padding:6px 10px;max-width:100%}
button{background:var(--panel);cursor:pointer;min-height:36px}
button:disabled{cursor:default;border-color:var(--rule);color:var(--quiet)}
button:focus-visible,select:focus-visible,input:focus-visible,textarea:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--modality0);outline-offset:2px}
input[type=checkbox]{width:20px;height:20px;margin:0 8px 0 0;accent-color:var(--modality0)}
input[type=range]{padding:0;width:100%;max-width:360px;accent-color:var(--modality0)}
textarea{width:100%;font-family:ui-monospace,monospace;font-size:13px;display:block}
.drop{border:2px dashed var(--rule);border-radius:10px;padding:12px 16px;background:var(--panel)}
.drop.over{border-color:var(--modality0)}
.drop p{margin:8px 0;display:flex;flex-wrap:wrap;gap:8px 14px;align-items:center}
.drop input[type=file]{background:none;border:0;padding:4px 0;min-width:0}
.tools,.pages{display:flex;flex-wrap:wrap;gap:8px 12px;align-items:center;margin:10px 0}
.tools p{margin:0;overflow-wrap:anywhere}
.tools label{font-size:14px;color:var(--quiet)}
.pages{font-size:14px}
.row-name{overflow-wrap:anywhere}
fieldset{border:1px solid var(--rule);border-radius:8px;margin:12px 0;padding:8px 14px;min-width:0}
legend{font-size:14px;color:var(--quiet);padding:0 6px;overflow-wrap:anywhere;max-width:100%}
.form fieldset{display:grid;grid-template-columns:repeat(auto-fill,minmax(230px,1fr));gap:10px 18px}
.form .field{flex-direction:column;align-items:stretch;gap:2px}
.field{display:flex;flex-wrap:wrap;gap:6px 12px;align-items:center;margin:6px 0}
.field label{font-size:14px;overflow-wrap:anywhere}
.field .quiet{font-size:12.5px}
.field output{min-width:6em;font-variant-numeric:tabular-nums}
.switches{display:flex;flex-wrap:wrap;gap:8px 20px}
.switches p{flex-basis:100%;margin:2px 0}
.switch{display:flex;align-items:center;min-height:32px;overflow-wrap:anywhere}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,380px),1fr));gap:6px 44px}
.columns>*{min-width:0}
.columns figure{margin:8px 0}
figcaption,caption{text-align:left;color:var(--quiet);font-size:14px;padding:4px 0;overflow-wrap:anywhere}
.looks{display:flex;flex-wrap:wrap;gap:8px 28px;align-items:flex-end}
.looks figure{margin:8px 0;max-width:100%}
.looks canvas{display:block;max-width:100%;height:auto;image-rendering:pixelated;border:1px solid var(--rule)}
.figure{margin:10px 0 2px;display:flex;flex-direction:column;overflow-wrap:anywhere}
.figure strong{font-size:30px;line-height:1.2}
.chart{display:block;width:100%;max-width:520px;height:auto}
.chart text{fill:var(--quiet);font-size:13px;font-family:inherit}
.axis{stroke:var(--quiet);stroke-width:1.5}
.gridline{stroke:var(--grid)}
.here{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:3 3}
.standing{width:160px;height:20px;display:block}
.bars{width:100%;max-width:520px;table-layout:fixed}
.bars th{width:34%;min-width:0;padding-right:10px}
.bars td{border-bottom-color:var(--grid)}
.bars td.number{width:5.5em;padding-right:0}
.bars .track{padding:5px 0}
.lane{position:relative;display:block;height:18px}
.bar{position:absolute;top:2px;height:14px;min-width:1px;border-radius:2px}
.zero{position:absolute;top:0;height:18px;border-left:1px solid var(--quiet)}
.outside td.text{color:var(--warning);font-weight:600}
th .quiet{font-size:12.5px;font-weight:400}
.sort,.choose{border:0;background:none;padding:2px 4px;margin:-2px -4px;min-height:28px;text-align:inherit;text-decoration:underline;text-underline-offset:3px;text-decoration-color:var(--rule);overflow-wrap:anywhere}
.choose{color:var(--modality0)}
.sort{color:inherit}
#predictions td.text,#inputs td.text{min-width:7em}
#inputs th{min-width:6em}
@media (min-width:641px){#predictions tbody th{min-width:14em}}
.legend{display:flex;flex-wrap:wrap;gap:2px 16px;list-style:none;padding:0;margin:4px 0;font-size:13px}
.legend li{display:flex;align-items:center;gap:6px}
.mark{width:22px;border-top:3px solid}
.mark.dashed{border-top-style:dashed}
progress{accent-color:var(--modality0)}
[hidden]{display:none!important}
@media print{.drop,.tools,.pages,.form,#move,.switches{display:none}}
`;
