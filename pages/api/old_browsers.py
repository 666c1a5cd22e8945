"""What is shown to a browser that is too old for the pages, instead of an empty one.

Streamlit's scripts are written in ES2022. A browser that does not know blocks of statements in
classes, the last part of it to arrive, stops at the first file: Chromium before 94, Firefox before
93, Safari before 16.4. Boxes with Kylin or UOS often have Chromium 80 to 86.
"""

# A script that cannot be read is skipped; the next one, in the words of 2009, finds nothing said.
_PROBE = "<script>window.isNewEnough = class { static { } } && true</script>"
_SHOW = """<script>(function () {
    if (window.isNewEnough) return;
    var page = document.getElementById('root'), notice = document.getElementById('too-old');
    var found = /(Chrome|Firefox|Version)\\/(\\d+)/.exec(navigator.userAgent);
    var names = {Chrome: 'Chromium', Firefox: 'Firefox', Version: 'Safari'};
    if (found) document.getElementById('this-browser').innerHTML =
        '（这台电脑上的是 ' + names[found[1]] + ' ' + Number(found[2]) + ' 内核）';
    if (page) page.style.display = 'none';
    notice.style.display = 'block';
})()</script>"""
NOTICE = f"""<div id="too-old" role="alert" style="display:none; max-width:720px; margin:12vh auto;
padding:0 24px; font:18px/1.8 'Microsoft YaHei','Noto Sans CJK SC',sans-serif; color:#1f2937">
<h1 style="font-size:28px; line-height:1.4">浏览器版本太旧，看板打不开</h1>
<p>看板的页面要用较新的浏览器才能显示<span id="this-browser"></span>。请换用下面任何一种：</p>
<ul>
<li>Chrome、Edge，94 或更高版本；</li>
<li>360、奇安信、红莲花等国产浏览器：在「关于」里看内核，Chromium 94 或更高即可；</li>
<li>Firefox，93 或更高版本；</li>
<li>Safari，16.4 或更高版本。</li>
</ul>
<p>装不了新版时，请管理员在别的电脑上把简报和附表（PPT、Word、Excel）导出来，用办公软件打开。</p>
</div>{_PROBE}{_SHOW}"""
