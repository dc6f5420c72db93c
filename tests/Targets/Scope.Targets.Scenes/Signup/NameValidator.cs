// Checks what people type into the sign-up form.
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc;

namespace Scenes.Signup;

public interface IValidator
{
    bool IsValid(string value);
}

public sealed class NameValidator : IValidator
{
    static readonly Regex Allowed = new(@"^(([a-zA-Z]+\.?)+\s?)+$");

    public bool IsValid(string value) => value.Length < 100 && Allowed.IsMatch(value);
}

public sealed record SignupForm(string Name);

[ApiController]
[Route("signup")]
public sealed class SignupController(IValidator validator) : ControllerBase
{
    [HttpPost]
    public ActionResult<bool> Post(SignupForm form) => validator.IsValid(form.Name);
}
