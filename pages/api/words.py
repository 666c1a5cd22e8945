"""Streamlit's own words in Chinese. It has no language setting; its controls speak English.

Each entry names a script of Streamlit's front end by the first part of its file name, and the
exact pieces of it that a reader can meet. A test holds every piece against the installed
version, so that an upgrade cannot bring English back unseen.
"""

import re

# The server is gone: what stands on the screen stays readable, and the page joins again by itself.
_GONE = (
    "页面上的数字停在断开之前，可以继续看；服务器恢复后会自动接上，不用重填。"
    "几分钟还没有接上时，请检查本机的网络，或告诉管理员。"
)
_STEM = re.compile(r"/static/js/([A-Za-z0-9]+)\.[^/]*\.js$")

WORDS: dict[str, dict[str, str]] = {
    "index": {
        "children:`Skip to main content`": "children:`跳到正文`",
        '"aria-label":`App pages`': '"aria-label":`页面`',
        '"aria-label":`Main menu`': '"aria-label":`菜单`',
        '"aria-label":`Running...`': '"aria-label":`正在计算…`',
        '"aria-label":`Close`': '"aria-label":`关闭`',
        '"aria-label":`Scroll tabs left`': '"aria-label":`向左`',
        '"aria-label":`Scroll tabs right`': '"aria-label":`向右`',
        '"aria-label":`Notifications`': '"aria-label":`通知`',
        "title:e?`Stopping...`:`Stop`": "title:e?`正在停止…`:`停止`",
        "showError(`Connection error`": "showError(`与服务器的连接断开了`",
        "_O=`Connecting`,vO=`Connecting to Streamlit server`": "_O=`正在连接`,vO=`正在连接服务器`",
        "bO=`Error`,xO=`Unable to connect to Streamlit server`": "bO=`已断开`,xO=`连不上服务器`",
        "message:`Is Streamlit still running? If you accidentally stopped Streamlit, "
        "just restart it in your terminal:`,codeBlock:`streamlit run yourscript.py`": (
            f"message:`{_GONE}`"
        ),
        "message:`Streamlit server is not responding. Are you connected to the internet?`": (
            f"message:`{_GONE}`"
        ),
        "message:`Connection timed out.`": f"message:`{_GONE}`",
        "message:`Connection failed with status ${r}${s?`, and response:`:`.`}`": (
            f"message:`{_GONE}(状态 ${{r}})`"
        ),
        ",...s&&{codeBlock:s}": "",
        "Connection lost. Please wait for the app to reconnect, then try again.": (
            "与服务器的连接断开了。请等它恢复后再试。"
        ),
        "`${i.flat().length} more`": "`另有 ${i.flat().length} 页`",
        "i?`View less`:`View ${x-m} more`": "i?`收起`:`另有 ${x-m} 页`",
        "$e(`Please wait...`)": "$e(`请稍候…`)",
        "key:`rerun`,label:`Rerun`": "key:`rerun`,label:`刷新`",
        "key:`print`,label:`Print`": "key:`print`,label:`打印`",
    },
    "Selectbox": {
        "children:`No results`": "children:`没有匹配的选项`",
        '"aria-label":`Clear value`': '"aria-label":`清除`',
        '"aria-label":`Open`': '"aria-label":`展开选项`',
    },
    "Multiselect": {
        "return`No results`": "return`没有匹配的选项`",
        '"aria-label":`Clear all`': '"aria-label":`全部清除`',
        "label:`Select all`": "label:`全选`",
        '"aria-label":`Open`': '"aria-label":`展开选项`',
        '"aria-label":`Remove ${e}`': '"aria-label":`去掉${e}`',
    },
    "utils": {
        "`Cancel upload of ${e.name}`:`Remove ${e.name}`": "`取消上传${e.name}`:`去掉${e.name}`",
        "`Choose options`:`Choose an option`": "`请选择`:`请选择`",
        "`No options to select`": "`没有可选项`",
        '"aria-label":`file upload`': '"aria-label":`选择文件`',
        "children:[`Error: `,h]": "children:[h]",
        "`File must be ${$(n,`b`)} or smaller.`": "`文件超过${$(n,`b`)}，请拆成几个再选。`",
        "`${t.type} files are not allowed.`": "`不收这种文件。`",
        "`File size is too small.`": "`文件是空的。`",
        "`Only one file is allowed.`": "`一次只能选一个文件。`",
        "`Unexpected error. Please try again.`": "`文件没有传上来，请再试一次。`",
    },
    "StreamlitMarkdown": {
        "`Help`:`Help for ${t.replaceAll(/\\s+/g,` `)}`": (
            "`说明`:`${t.replaceAll(/\\s+/g,` `)}的说明`"
        ),
    },
    "Toolbar": {
        "label:`Fullscreen`": "label:`放大`",
        "label:`Close fullscreen`": "label:`还原`",
    },
    "DownloadButton": {
        "e instanceof Error?e.message:`Download failed`": (
            "`文件没有生成。请刷新页面再试；仍然如此时，请告诉管理员（服务器日志里有详情）。`"
        ),
    },
    "PlotlyChart": {"`Close fullscreen`:`Fullscreen`": "`还原`:`放大`"},
    "EChartsChart": {"label:`Close fullscreen`": "label:`还原`"},
    "useCopyToClipboard": {"`Copied`:`Copy to clipboard`": "`已复制`:`复制`"},
    "FileUploader": {
        "`Drag and drop files here`:`Drag and drop a file here`": (
            "`把文件拖到这里`:`把文件拖到这里`"
        ),
        "`Add files`": "`再选文件`",
        "label:l?`Upload directories`:`Upload`": "label:l?`选择文件夹`:`选择文件`",
        "`${T(t,D.Byte,0)} per file`": ("`也可以把文件拖到这里；每个不超过 ${T(t,D.Byte,0)}`"),
    },
    "DataFrame": {
        "label:`Download as CSV`": "label:`下载 CSV`",
        "label:`Show/hide columns`": "label:`显示或隐藏列`",
        "label:`Search`": "label:`查找`",
        "label:`Select all`": "label:`全选`",
    },
}


def in_chinese(path: str, body: bytes) -> bytes:
    """Return a script of the front end with its English words replaced; others unchanged.

    path  The address of the file, `/static/js/Selectbox.7rsxE6LC.js`.
    """
    match = _STEM.search(path)
    for english, chinese in WORDS.get(match[1], {}).items() if match else ():
        body = body.replace(english.encode("utf-8"), chinese.encode("utf-8"))
    return body
