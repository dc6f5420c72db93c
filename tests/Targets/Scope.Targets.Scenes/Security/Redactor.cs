// Takes card numbers out of request bodies before they are logged.
using System.Text;
using System.Text.RegularExpressions;

namespace Scenes.Security;

public sealed class Redactor
{
    readonly Regex _card = new(@"((\d+[ -]?)+)(?=;end)", RegexOptions.Compiled);

    public string Mask(string text) => _card.Replace(text, "****");
}

public sealed class BodyLogMiddleware(RequestDelegate next, Redactor redactor, ILogger<BodyLogMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        context.Request.EnableBuffering();
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8, leaveOpen: true);
        string body = await reader.ReadToEndAsync();
        context.Request.Body.Position = 0;
        log.LogDebug("body {Body}", redactor.Mask(body));
        await next(context);
    }
}
